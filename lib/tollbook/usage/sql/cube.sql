-- The usage of some clients as the rater reads it, in one reading of the ledger: every local day by all that the
-- client's prices and meters ask for.
-- spans: client, starts, ends (UTC), and what its clocks are ahead of UTC before and after they change (microseconds).
-- asked: client, and whether category, campaign, leading digits, kind of sender, error tell its cells apart (else '');
-- $by_...: whether any client asks; so the ledger is joined with one small table only.
-- kinds: client, channel, direction, status -> the status it is counted as; usage that is in none of them is not
-- counted by any charge and becomes one cell a month, for its cost. $batch: the ledger as of this batch.
with posted as (
    select client, ((epoch_us(submitted_at) + if(submitted_at < changes, before, after)) // 86400000000)::integer as day_number, channel, direction, country,
           mcc, mnc, status, cost_currency,
           case when $by_category then category else '' end as category,
           case when $by_campaign then campaign else '' end as campaign,
           case when $by_prefix then regexp_extract(recipient_masked, '^\+(\d+)', 1) else '' end as prefix,
           case when $by_sender_type then sender_type_of(sender) else '' end as sender_type,
           case when $by_error then error_raw else '' end as error,
           sum(sign) as standing,
           coalesce(sum(sign) filter (part <= 1), 0) as messages,
           sum(sign * segments) as segments,
           sum(sign * cost) as cost,
           sum(sign * carrier_fee) as carrier_fee,
           sum(sign * quantity) as units
    from ledger join spans using (client)
    where submitted_at >= starts and submitted_at < ends and batch <= $batch
    group by all
),
known as (
    select posted.*, by_category, by_campaign, by_prefix, by_sender_type, by_error, date '1970-01-01' + day_number as local_day,
           case when by_status then posted.status else kind end as counted_as, counted_as is null as idle
    from posted join asked using (client) left join kinds using (client, channel, direction, status)
),
cells as (
    select client, if(idle, date_trunc('month', local_day)::date, local_day) as local_day, channel, direction,
           if(idle, '', country) as country,
           if(idle, '', mcc || mnc) as network,
           if(idle or not by_category, '', category) as category,
           if(idle or not by_campaign, '', campaign) as campaign,
           idle, counted_as, cost_currency,
           if(idle or not by_prefix, '', prefix) as prefix,
           if(idle or not by_sender_type, '', sender_type) as sender_type,
           if(idle or not by_error, '', error) as error,
           min(status) as any_status,
           sum(messages)::bigint as messages,
           sum(segments)::bigint as segments,
           sum(cost) as cost,
           sum(carrier_fee) as carrier_fee,
           sum(units) as units
    from known
    group by all
    having sum(standing) <> 0
)
select client, local_day, channel, direction, country, network, category, campaign,
       coalesce(counted_as, any_status) as status, cost_currency, messages, segments, cost, carrier_fee, units,
       prefix, sender_type, error
from cells
order by all
