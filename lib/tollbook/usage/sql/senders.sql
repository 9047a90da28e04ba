-- Outgoing messages by sender and local month, net of reversals.
select sender, strftime(timezone($zone, submitted_at), '%Y-%m') as month,
       coalesce(sum(sign) filter (part <= 1), 0)::bigint as messages
from ledger
where client = $client and submitted_at >= $start and submitted_at < $end and direction = 'mt'
group by all
having messages <> 0
order by all
