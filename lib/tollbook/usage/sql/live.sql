-- Usage by client and minute of submission in the last minutes, from $since on (UTC).
select client, date_trunc('minute', submitted_at) as minute,
       coalesce(sum(sign) filter (part <= 1), 0)::bigint as messages,
       sum(sign * segments)::bigint as segments,
       coalesce(sum(sign) filter (part <= 1 and direction = 'mt' and is_final), 0)::bigint as final,
       coalesce(sum(sign) filter (part <= 1 and direction = 'mt' and status in ('delivered', 'read')), 0)::bigint as delivered
from ledger
where submitted_at >= $since and submitted_at < $until
group by all
having sum(sign) <> 0
order by all
