-- The distinct recipients of `mapped`, and those leading digits of them whose country is not known yet, each with a
-- number that begins so.
create or replace temp table numbers as select distinct recipient from mapped where reason is null;
create or replace temp table new_prefixes as
select left(recipient, $digits) as prefix, min(recipient) as recipient
from numbers
where not contains(recipient, '@') and left(recipient, $digits) not in (select prefix from prefixes)
group by prefix
