-- What each landing file brought into a client's month: postings, those of them that corrected an earlier report of the
-- same message, and how much usage still stands from it. $start, $end: the month in UTC.
select source, source_file as file,
       count(*) filter (sign = 1) as posted,
       count(*) filter (sign = 1 and is_correction) as late,
       coalesce(sum(sign) filter (part <= 1), 0)::bigint as messages,
       coalesce(sum(sign * segments), 0)::bigint as segments,
       min(submitted_at) filter (sign = 1) as first_submitted,
       max(submitted_at) filter (sign = 1) as last_submitted,
       max(posted_at) as posted_at
from (
    select *, row_number() over (
        partition by source, message_id, recipient_token, part, sign order by batch, is_final, status_at
    ) > 1 as is_correction
    from ledger
    where client = $client and submitted_at >= $start and submitted_at < $end and not contains(flags, 'PASSED')
)
group by source, source_file
order by source, source_file
