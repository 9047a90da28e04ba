"""Pictures: one function, one figure; summaries of usage or a bill in, a matplotlib `Figure` out.

`usage_over_time` and `month_pace` (usage), `top_destinations` and `compare_campaigns` (places), `busy_hours` (hours),
`delivery_outcome` (outcome), `bill_lines` (bill), `tier_progress` (tiers), `forecast_chart` (forecast). The sentences
in their titles come from `findings`, which imports no plotting; `style` holds type, colours and layout.
"""
