-- Rows of `mapped` with a reason, or of an account that no client has -> `refused`.
insert into refused
select f.sha, f.name, line_of(m.n - f.first_n + 1, f.passed), coalesce(m.reason, 'unknown_client'),
       case when m.reason is null
            then 'no client has the account ' || coalesce(m.account, f.account, '(none)') || ' under ' || $source else '' end,
       m.raw
from mapped as m
join arrivals as f using (path)
left join accounts as a on a.source = $source and a.account = coalesce(m.account, f.account)
where m.reason is not null or a.client is null
