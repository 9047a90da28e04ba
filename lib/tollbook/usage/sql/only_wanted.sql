-- Forget staged rows that do not stand at a place in `wanted`.
delete from incoming
where not exists (from wanted as w where w.line = source_line and w.item in (0, incoming.turn.item));
delete from refused
where not exists (from wanted as w where w.line = refused.line and (w.item = 0 or refused.item in (0, w.item)));
