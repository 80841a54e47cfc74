{{/*
The alert that depends on values: pods that are not there export nothing, so only a rule that knows their names misses them. A pool that may go to zero
is not missed.
*/}}
{{- define "cafe.rules.gone" -}}
{{- $absent := list -}}
{{- range tuple "gateway" "encoder" "assistant" "diffuser" -}}
{{- if not (and (eq $.Values.autoscaling.mode "keda") (has . $.Values.autoscaling.scaleToZero)) -}}
{{- $absent = append $absent (printf "absent(cafe_ready{namespace=%q,component=%q})" $.Release.Namespace .) -}}
{{- end -}}
{{- end -}}
- name: cafe-pools
  rules:
    - alert: CafeStageGone
      expr: {{ join " or " $absent }}
      for: 5m
      labels: { severity: critical }
      annotations:
        summary: {{ `No {{ $labels.component }} pod in {{ $labels.namespace }} runs.` }}
        action: {{ `See what its pods wait for (kubectl describe); a GPU node, a quota, an image or the pack's volume may be missing, or Prometheus does not scrape them.` }}
{{- end -}}
