"""Pictures: one function, one figure; summaries of usage or a bill in, a matplotlib `Figure` out.

`usage_over_time` and `month_pace` (usage), `top_destinations` and `compare_campaigns` (places), `busy_hours` (hours),
`delivery_outcome` (outcome), `bill_lines` (bill), `tier_progress` (tiers), `commitment_progress` (commitment),
`forecast_chart` (forecast), `channel_multiples` (channels), `receipt_latency` and `delivery_funnel` (receipts),
`bill_changes` (changes), `anomaly_strip` (strip), `sparkline_table` (sparklines), `sender_cohorts` (senders). The
sentences in their titles come from `findings` and `findings_month`, which import no plotting, in the words of
`sentences.yaml`; labels are in `words.yaml`. `names.speaking` chooses the language. `style` holds type, colours and
layout, `rows` what pictures of rows share and mirror in a language read from the right, a `Sheet` the size and
whether the headline is drawn.
"""
