{{/* Who may talk to whom: callers to gateway to stages to Redis; DNS, Prometheus, OTLP and the pack's source; nothing else. */}}

{{- define "cafe.netpol.dns" -}}
- to:
    - namespaceSelector:
        matchLabels:
          {{- toYaml .Values.networkPolicy.dnsNamespaceSelector | nindent 10 }}
  ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- end -}}

{{- define "cafe.netpol.otlp" -}}
{{- if .Values.telemetry.otlpEndpoint }}
- to:
    - namespaceSelector:
        matchLabels:
          {{- toYaml .Values.networkPolicy.otlpNamespaceSelector | nindent 10 }}
  ports:
    - { protocol: TCP, port: 4317 }
    - { protocol: TCP, port: 4318 }
{{- end }}
{{- end -}}

{{- define "cafe.netpol.redis" -}}
{{- if eq .Values.redis.mode "bundled" }}
- to:
    - podSelector:
        matchLabels:
          {{- include "cafe.selector" (dict "root" . "component" "redis") | nindent 10 }}
  ports:
    - { protocol: TCP, port: 6379 }
{{- else if eq .Values.redis.mode "external" }}
{{- if not .Values.redis.external.cidrs }}{{ fail "redis.external.cidrs is required with redis.mode external and networkPolicy.enabled: no other address is opened to the pods" }}{{ end }}
{{- include "cafe.netpol.cidrs" (dict "cidrs" .Values.redis.external.cidrs "port" .Values.redis.external.port) }}
{{- end }}
{{- end -}}

{{/* A rule for addresses outside the cluster; none without addresses, because a rule with an empty list is open to all. */}}
{{- define "cafe.netpol.cidrs" -}}
{{- if .cidrs }}
- to:
    {{- range .cidrs }}
    - ipBlock: { cidr: {{ . }} }
    {{- end }}
  ports:
    - { protocol: TCP, port: {{ .port }} }
{{- end }}
{{- end -}}

{{- define "cafe.netpol.metrics" -}}
- from:
    - namespaceSelector:
        matchLabels:
          {{- toYaml .Values.networkPolicy.prometheusNamespaceSelector | nindent 10 }}
  ports:
    - { protocol: TCP, port: {{ .Values.ports.metrics }} }
{{- end -}}

{{- define "cafe.netpol.stage" -}}
{{- if .root.Values.networkPolicy.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "cafe.name" . }}
  labels:
    {{- include "cafe.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "cafe.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              {{- include "cafe.selector" (dict "root" .root "component" "gateway") | nindent 14 }}
      ports:
        - { protocol: TCP, port: {{ .root.Values.ports.grpc }} }
    {{- include "cafe.netpol.metrics" .root | nindent 4 }}
  egress:
    {{- include "cafe.netpol.dns" .root | nindent 4 }}
    {{- include "cafe.netpol.redis" .root | nindent 4 }}
    {{- include "cafe.netpol.otlp" .root | nindent 4 }}
    {{- if eq .root.Values.pack.source "initContainer" }}
    {{- include "cafe.netpol.cidrs" (dict "cidrs" .root.Values.networkPolicy.packSourceCidrs "port" .root.Values.networkPolicy.packSourcePort) | nindent 4 }}
    {{- end }}
{{- end -}}
{{- end -}}
