-- A client's usage of a period as the rater reads it: every local day by all that a price or a meter may ask for.
-- $start, $end: the period in UTC; $zone: where days begin; $batch: the ledger as of this batch.
select timezone($zone, submitted_at)::date as local_day, channel, direction, country, mcc || mnc as network, category,
       campaign, status, cost_currency,
       coalesce(sum(sign) filter (part <= 1), 0)::bigint as messages,
       sum(sign * segments)::bigint as segments,
       sum(sign * cost) as cost
from ledger
where client = $client and submitted_at >= $start and submitted_at < $end and batch <= $batch
group by all
having sum(sign) <> 0
order by all
