-- A client's usage of [$start, $end) by source, as the ledger stood after $batch.
select source, coalesce(sum(sign) filter (part <= 1), 0)::bigint as messages,
       coalesce(sum(sign * segments), 0)::bigint as segments, coalesce(sum(sign * cost), 0) as cost
from ledger
where client = $client and submitted_at >= $start and submitted_at < $end and batch <= $batch
group by source
having sum(sign) <> 0
order by source
