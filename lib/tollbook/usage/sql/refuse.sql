-- Rows of `mapped` with a reason, of an account that no client has, or from before $horizon, since when recipients are
-- forgotten -> `refused`.
insert into refused
select f.sha, f.name, line_of(m.n - f.first_n + 1, f.passed), m.item_n,
       coalesce(m.reason, case when a.client is null then 'unknown_client' else 'too_old' end),
       case when m.reason is not null then ''
            when a.client is not null then 'recipients from before ' || $horizon::date || ' are forgotten'
            else 'no client has the account ' || coalesce(m.account, f.account, '(none)') || ' under ' || $source end,
       coalesce(m.raw, '')
from mapped as m
join arrivals as f using (file)
left join accounts as a on a.source = $source and a.account = coalesce(m.account, f.account)
where m.reason is not null or a.client is null or coalesce(m.submitted_at, m.status_at) < $horizon::date
