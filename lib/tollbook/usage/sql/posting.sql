-- `incoming` records against `standing`, what the ledger ever posted for their keys -> `outcomes` (what became of each
-- record, counted by file), `contested` (keys with anything to judge) and `judged_entries` (what is appended for those;
-- every other record of `incoming` is appended as it is). Records are judged one after the other in the order of
-- arrival, so the ledger does not depend on how files are grouped into batches.
-- Variables: `batch`, the number of this batch; `posted_at`, the moment of posting; `statuses`, in order of rank.

-- Keys with events have rules of their own: posting_events.sql.
create or replace temp table event_keys as
select key_hash from incoming where has_flag(flags, 'NO_SUBMISSION')
union
select key_hash from standing where has_flag(flags, 'NO_SUBMISSION') or has_flag(flags, 'RECEIPT');

-- Only records whose key comes twice, or is in the ledger already, have anything to be judged against.
create or replace table contested as
select key_hash from incoming group by key_hash having count(*) > 1
union
select key_hash from standing
union
select key_hash from event_keys;

create or replace temp table contestants as
select * exclude (key_hash, batch, sign, posted_at, day), '' as sha,
       row(-1, 0, 0)::row(file bigint, line bigint, item bigint) as turn, false as is_new
from standing where key_hash not in (select key_hash from event_keys)
union all by name
select * exclude (key_hash), true as is_new from incoming
where key_hash in (select key_hash from contested) and key_hash not in (select key_hash from event_keys);

-- The contest is held over numbers: a contestant's place in that table, its key, and what it weighs among those of its
-- key. Hashes only found the keys; here the keys themselves decide.
create or replace temp table contest as
with keys as (
    select source, message_id, recipient_token, part, min(rowid) as key from contestants group by all
),
weighed as (
    select c.rowid as place, key, is_new, turn, (client, channel, direction) as owner,
           weight_of(is_final, status, status_at, facts_of(
               submitted_at, status_raw, error_raw, sender, category, campaign, country, mcc, mnc, segments, quantity,
               unit, cost, cost_currency, carrier_fee)) as weight
    from contestants as c join keys using (source, message_id, recipient_token, part)
)
select place, key, is_new,
       dense_rank() over (partition by key order by weight) as weight,
       row_number() over arrival as turn,
       -- A key belongs to the client, channel and direction that had it first.
       first_value(owner) over arrival = owner as is_owner
from weighed
window arrival as (partition by key order by turn, weight);

-- A record wins when it outweighs all that came before it.
create or replace temp table judged as
with weighed as (
    select *, max(weight) over (
        partition by key order by turn rows between unbounded preceding and 1 preceding
    ) as best_before
    from contest where is_owner
),
marked as (select *, best_before is null or weight > best_before as wins from weighed)
select place, key, is_new, weight, wins,
       case
           when wins then 'posted'
           when bool_or(wins) over (
               partition by key, weight order by turn rows between unbounded preceding and 1 preceding
           ) then 'duplicate'
           else 'superseded'
       end as outcome
from marked
union all by name
select place, key, is_new, weight, false as wins, 'conflict' as outcome from contest where not is_owner;

-- The winners of a key by weight: each is reversed when the next one is posted.
create or replace temp table winners as
select place, is_new, coalesce(lead(is_new) over line, false) as is_reversed_now, lag(place) over line is not null as replaces
from judged where wins
window line as (partition by key order by weight);

insert into refused
select sha, source_file, source_line, turn.item, 'conflict', 'the key belongs to another client, channel or direction',
       json_object('message_id', message_id, 'client', client, 'channel', channel, 'direction', direction)::varchar
from contestants as c join judged as j on c.rowid = j.place
where outcome = 'conflict';

create or replace temp table outcomes as
select sha, 'posted' as outcome, count(*) as records, 0 as late from incoming
where key_hash not in (select key_hash from contested) group by sha
union all
select sha, 'posted', count(*), count(*) filter (replaces)
from contestants as c join winners as w on c.rowid = w.place where w.is_new group by sha
union all
select sha, outcome, count(*), 0
from contestants as c join judged as j on c.rowid = j.place
where j.is_new and not wins and outcome <> 'conflict' group by sha, outcome;

create or replace table judged_entries as
with signs as (
    select place, 1::tinyint as sign from winners where is_new
    union all
    select place, (-1)::tinyint from winners where is_reversed_now
)
select c.* exclude (sha, turn, is_new), sign, (submitted_at at time zone 'UTC')::date as day,
       getvariable('batch')::bigint as batch, getvariable('posted_at')::timestamptz as posted_at
from contestants as c join signs on c.rowid = signs.place;
