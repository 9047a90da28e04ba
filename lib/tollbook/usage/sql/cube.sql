-- The usage of some clients in a period as the rater reads it: every local day by all that a price or a meter may ask for.
-- $start, $end: the period in UTC; $zone: where days begin; $batch: the ledger as of this batch; $by_...: whether the
-- leading digits of the number, the kind of sender and the error tell cells apart (else they are '').
with sent as (
    select *, regexp_replace(sender, '^[a-z]+:', '') as named, regexp_replace(sender, '[^0-9]', '', 'g') as dialled
    from ledger
    where client in (select unnest($clients::varchar[])) and submitted_at >= $start and submitted_at < $end and batch <= $batch
)
select client, timezone($zone, submitted_at)::date as local_day, channel, direction, country, mcc || mnc as network, category,
       campaign, status, cost_currency,
       coalesce(sum(sign) filter (part <= 1), 0)::bigint as messages,
       sum(sign * segments)::bigint as segments,
       sum(sign * cost) as cost,
       sum(sign * carrier_fee) as carrier_fee,
       sum(sign * quantity) as units,
       case when $by_prefix then regexp_extract(recipient_masked, '^\+(\d+)', 1) else '' end as prefix,
       case
           when not $by_sender_type or sender = '' then ''
           when regexp_matches(named, '\p{L}') then 'alphanumeric'
           when length(dialled) <= 6 then 'short_code'
           when regexp_full_match(dialled, '1?8(00|33|44|55|66|77|88)\d{7}') then 'toll_free'
           else 'long_code'
       end as sender_type,
       case when $by_error then error_raw else '' end as error
from sent
group by all
having sum(sign) <> 0
order by all
