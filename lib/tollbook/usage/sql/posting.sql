-- `incoming` records against `standing`, what the ledger ever posted for their keys -> `outcomes` (what became of each
-- record, counted by file), `contested` (keys with anything to judge), `signs` (which records are posted and which entries
-- reversed) and the view `judged_entries` of both; every other record of `incoming` is appended as it is. Records are judged one after the other in the order of
-- arrival, so the ledger does not depend on how files are grouped into batches.
-- Variable: `statuses`, in order of rank.

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

-- What a contest needs of its contestants and no more: whole records, of which there may be millions, stay where they are
-- and are found again by `turn`. What the ledger has came before all that arrives.
create or replace temp table contestants as
with entrants as (
    select * replace (row(-1, rowid, 0)::row(file bigint, line bigint, item bigint) as turn), false as is_new
    from (select *, rowid, null as turn from standing)
    union all by name
    select *, true as is_new from incoming where key_hash in (select key_hash from contested)
)
select turn, day, is_new, source, message_id, recipient_token, part, (client, channel, direction) as owner,
       weight_of(is_final, status, status_at, facts_of(
           submitted_at, status_raw, error_raw, sender, category, campaign, country, mcc, mnc, segments, quantity,
           unit, cost, cost_currency, carrier_fee)) as weight
from entrants where key_hash not in (select key_hash from event_keys);

-- The contest is held over numbers: a contestant's place in that table, its key, and what it weighs among those of its
-- key. Hashes only found the keys; here the keys themselves decide.
create or replace temp table contest as
with keys as (
    select source, message_id, recipient_token, part, min(rowid) as key from contestants group by all
),
weighed as (
    select c.rowid as place, key, is_new, turn, day, owner, weight
    from contestants as c join keys using (source, message_id, recipient_token, part)
)
select place, key, is_new, turn, day,
       dense_rank() over (partition by key order by weight) as weight,
       row_number() over arrival as arrived,
       -- A key belongs to the client, channel and direction that had it first.
       first_value(owner) over arrival = owner as is_owner
from weighed
window arrival as (partition by key order by case when is_new then turn end nulls first, weight);
drop table contestants;

-- A record wins when it outweighs all that came before it.
create or replace temp table judged as
with weighed as (
    select *, max(weight) over (
        partition by key order by arrived rows between unbounded preceding and 1 preceding
    ) as best_before
    from contest where is_owner
),
marked as (select *, best_before is null or weight > best_before as wins from weighed)
select place, key, is_new, turn, day, weight, wins,
       case
           when wins then 'posted'
           when bool_or(wins) over (
               partition by key, weight order by arrived rows between unbounded preceding and 1 preceding
           ) then 'duplicate'
           else 'superseded'
       end as outcome
from marked
union all by name
select place, key, is_new, turn, day, weight, false as wins, 'conflict' as outcome from contest where not is_owner;
drop table contest;

-- The winners of a key by weight: each is reversed when the next one is posted.
create or replace temp table winners as
select turn, day, is_new, coalesce(lead(is_new) over line, false) as is_reversed_now, lag(place) over line is not null as replaces
from judged where wins
window line as (partition by key order by weight);

insert into refused
select sha, source_file, source_line, turn.item, 'conflict', 'the key belongs to another client, channel or direction',
       json_object('message_id', message_id, 'client', client, 'channel', channel, 'direction', direction)::varchar
from incoming join judged using (turn)
where outcome = 'conflict';

create or replace temp table outcomes as
with files as (select turn.file as file, any_value(sha) as sha from incoming group by file),
became as (
    select turn.file as file, 'posted' as outcome, count(*) as records, 0 as late from incoming
    where key_hash not in (select key_hash from contested) group by file
    union all
    select turn.file, 'posted', count(*), count(*) filter (replaces) from winners where is_new group by turn.file
    union all
    select turn.file, outcome, count(*), 0 from judged
    where is_new and not wins and outcome <> 'conflict' group by turn.file, outcome
)
select sha, outcome, records, late from became join files using (file);
drop table judged;

create or replace table signs as
select day, turn, 1::tinyint as sign from winners where is_new
union all
select day, turn, (-1)::tinyint from winners where is_reversed_now;

-- What posting_events.sql adds.
create or replace table event_entries as select * exclude (key_hash, batch, posted_at) from standing limit 0;

create or replace view judged_entries as
select i.* exclude (sha, turn, key_hash), sign from incoming as i join signs using (day, turn)
union all by name
select s.* exclude (key_hash, batch, posted_at, sign), signs.sign
from standing as s join signs on s.day = signs.day and signs.turn = row(-1, s.rowid, 0)::row(file bigint, line bigint, item bigint)
union all by name
from event_entries;
