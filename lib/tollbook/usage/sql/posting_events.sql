-- Posting of keys in `event_keys`: those of which an event without a submission time is known, or arrives. What stands of
-- such a key is made of two reports: the weightiest that has a submission (its facts), and the weightiest event (its
-- status, where that outweighs the submission's). Without a submission it is the event, at the earliest time of any.
-- Appends to `refused`, `outcomes` and `event_entries`; the variable as in posting.sql.
create or replace temp table event_entrants as
with known as (
    select * exclude (batch, sign, posted_at, day), sum(sign) > 0 as stands
    from ledger
    where key_of(source, message_id, recipient_token, part) in (select key_hash from event_keys)
    group by all
),
entrants as (
    select *, '' as sha, row(-1, 0, 0)::row(file bigint, line bigint, item bigint) as turn, false as is_new from known
    union all by name
    select * exclude (key_hash, day), true as is_new, false as stands from incoming
    where key_hash in (select key_hash from event_keys)
)
select *,
       row_number() over (order by turn, stands) as id,
       has_flag(flags, 'NO_SUBMISSION') or has_flag(flags, 'RECEIPT') as is_event,
       first_value((client, channel, direction)) over (partition by source, message_id, recipient_token, part order by turn)
           = (client, channel, direction) as is_owner,
       facts_of(
           null::timestamptz, status_raw, error_raw, sender, category, campaign, country, mcc, mnc, segments, quantity, unit, cost,
           cost_currency, carrier_fee) as facts,
       weight_of(is_final, status, status_at, '') as status_weight
from entrants;

-- What stands of the key once each entrant has come: a submission, an event, the earliest time of events.
create or replace temp table event_versions as
with weighed as (
    select *,
           max_by(id, (status_weight, epoch_us(submitted_at)::varchar || facts, -id)) filter (not is_event) over line as whole_id,
           max_by(id, (status_weight, not has_flag(flags, 'RECEIPT'), facts, -id)) filter (is_event) over line as event_id,
           max(status_weight) filter (not is_event) over line as whole_weight,
           max(status_weight) filter (is_event) over line as event_weight,
           min(submitted_at) filter (has_flag(flags, 'NO_SUBMISSION')) over line as earliest
    from event_entrants
    where is_owner
    window line as (
        partition by source, message_id, recipient_token, part order by id rows between unbounded preceding and current row
    )
),
versions as (
    select *,
           case when whole_id is not null then (whole_id, null, null)
                else (null, event_id, earliest) end as basis,
           case when event_weight > whole_weight then event_weight end as receipt
    from weighed
)
select *,
       lag(id) over line is not null as replaces,
       is_new and (lag(id) over line is null or (basis, receipt) is distinct from lag((basis, receipt)) over line) as wins,
       row_number() over (
           partition by source, message_id, recipient_token, part, is_event, status_weight, facts,
               case when not is_event then submitted_at end
           order by id
       ) > 1 as came_before
from versions
window line as (partition by source, message_id, recipient_token, part order by id);

insert into refused
select sha, source_file, source_line, turn.item, 'conflict', 'the key belongs to another client, channel or direction',
       json_object('message_id', message_id, 'client', client, 'channel', channel, 'direction', direction)::varchar
from event_entrants where is_new and not is_owner;

insert into outcomes
select sha, case when wins then 'posted' when came_before then 'duplicate' else 'superseded' end as outcome,
       count(*), count(*) filter (wins and replaces)
from event_versions where is_new group by all;

-- Each version as an entry. A submission that comes after an event passes through the ledger by itself first, so that
-- what it said is not lost under the event's status.
create or replace temp table event_postings as
select v.id as place, v.is_new, b.* exclude (
           sha, turn, is_new, stands, id, is_event, is_owner, facts, status_weight, submitted_at, final_at, status_at,
           status, is_final, status_raw, error_raw, flags, source_file, source_line),
       case when v.whole_id is null then v.earliest else b.submitted_at end as submitted_at,
       case when v.receipt is null then b.final_at else e.final_at end as final_at,
       case when v.receipt is null then b.status_at else e.status_at end as status_at,
       case when v.receipt is null then b.status else e.status end as status,
       case when v.receipt is null then b.is_final else e.is_final end as is_final,
       case when v.receipt is null then b.status_raw else e.status_raw end as status_raw,
       case when v.receipt is null then b.error_raw else e.error_raw end as error_raw,
       case when v.receipt is null then b.flags else add_flag(b.flags, 'RECEIPT') end as flags,
       v.source_file, v.source_line, v.receipt is not null and not v.is_event as follows_event
from event_versions as v
join event_entrants as b on b.id = coalesce(v.whole_id, v.event_id)
left join event_entrants as e on e.id = v.event_id
where v.wins
union all by name
select id as place, is_new, * exclude (
           sha, turn, is_new, stands, id, is_event, is_owner, facts, status_weight, whole_id, event_id, whole_weight,
           event_weight, earliest, basis, receipt, replaces, wins, came_before),
       false as follows_event
from event_versions where stands;

insert into event_entries by name
with chain as (
    select *, lead(place) over (partition by source, message_id, recipient_token, part order by place) is not null as is_reversed
    from event_postings
),
passing as (
    select * exclude (
        sha, turn, is_new, stands, id, is_event, is_owner, facts, status_weight) replace (add_flag(flags, 'PASSED') as flags)
    from event_entrants where id in (select place from event_postings where follows_event)
),
signed as (
    select * exclude (place, is_new, follows_event, is_reversed), 1::tinyint as sign from chain where is_new
    union all by name
    select * exclude (place, is_new, follows_event, is_reversed), (-1)::tinyint as sign from chain where is_reversed
    union all by name
    select *, unnest([1, -1])::tinyint as sign from passing
)
select *, (submitted_at at time zone 'UTC')::date as day from signed;
