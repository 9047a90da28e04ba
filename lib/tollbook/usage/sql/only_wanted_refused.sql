-- Forget refused rows that do not stand at a place in `wanted`.
delete from refused
where not exists (from wanted as w where w.line = refused.line and (w.item = 0 or refused.item in (0, w.item)))
