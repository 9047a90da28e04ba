-- Those leading digits of the `recipients` whose country is not known yet, each with a number that begins so.
select prefix, min(recipient) as recipient
from recipients
where not contains(recipient, '@') and prefix not in (select prefix from prefixes)
group by prefix
