-- Usage of each (client, local day) in `stale`, by local hour and everything people group by. A message of several
-- parts is counted once, at its first part; `zones` gives each client's time zone.
with local as (
    select l.*, timezone(z.zone, l.submitted_at) as local_at
    from ledger as l join zones as z using (client)
)
select client, local_at::date as local_day, hour(local_at)::integer as hour, channel, direction, country,
       mcc || mnc as network, category, campaign, status, cost_currency,
       coalesce(sum(sign) filter (part <= 1), 0)::bigint as messages,
       sum(sign * segments)::bigint as segments,
       sum(sign * cost)::varchar as cost
from local
where (client, local_at::date) in (select (client, day) from stale)
group by all
having sum(sign) <> 0
order by all
