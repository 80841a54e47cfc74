{{/* Environment that every component has. */}}
{{- define "cafe.env.common" -}}
- { name: Listen__GrpcPort, value: {{ .root.Values.ports.grpc | quote }} }
- { name: Listen__HealthPort, value: {{ .root.Values.ports.health | quote }} }
- { name: Listen__MetricsPort, value: {{ .root.Values.ports.metrics | quote }} }
- { name: Drain__TimeoutSeconds, value: {{ (index .root.Values .component).drainSeconds | quote }} }
- { name: Logging__LogLevel__Default, value: {{ .root.Values.telemetry.logLevel | quote }} }
- { name: DOTNET_EnableDiagnostics, value: "0" }
{{- with .root.Values.telemetry.otlpEndpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- if .root.Values.tls.enabled }}
- { name: Listen__Tls__CertificatePath, value: /tls/tls.crt }
- { name: Listen__Tls__KeyPath, value: /tls/tls.key }
{{- if ne .component "gateway" }}
# Stages listen to the gateway's certificate only; the gateway's own callers show API keys.
- { name: Listen__Tls__ClientCaPath, value: /tls/ca.crt }
{{- end }}
{{- end }}
{{- end -}}

{{- define "cafe.env.redis" -}}
{{- if and .Values.tls.enabled (eq .Values.redis.mode "bundled") }}{{ fail "redis.mode bundled with tls.enabled: the bundled Redis has neither TLS nor a password; set redis.mode to external (with ssl=true in its configuration) or none" }}{{ end }}
{{- if eq .Values.redis.mode "bundled" }}
- { name: Redis__Configuration, value: {{ printf "%s:6379" (include "cafe.redisHost" .) | quote }} }
{{- else if eq .Values.redis.mode "external" }}
{{- if .Values.redis.external.existingSecret }}
- name: Redis__Configuration
  valueFrom:
    secretKeyRef:
      name: {{ .Values.redis.external.existingSecret }}
      key: {{ .Values.redis.external.existingSecretKey }}
{{- else }}
- { name: Redis__Configuration, value: {{ required "redis.external.configuration (or existingSecret) is required with redis.mode external" .Values.redis.external.configuration | quote }} }
{{- end }}
{{- end }}
{{- end -}}

{{- define "cafe.env.stage" -}}
{{- $section := title .component -}}
- { name: Pack__Path, value: {{ .root.Values.pack.path | quote }} }
- { name: {{ $section }}__Provider, value: {{ (index .root.Values .component).provider | quote }} }
- { name: {{ $section }}__QueueCapacity, value: {{ (index .root.Values .component).queueCapacity | quote }} }
{{- include "cafe.env.redis" .root }}
{{- if ne .root.Values.redis.mode "none" }}
- { name: Redis__TimeToLiveHours, value: {{ .root.Values.redis.embeddingTtlHours | quote }} }
{{- end }}
{{- end -}}

{{- define "cafe.env.gateway" -}}
{{- range tuple "encoder" "assistant" "diffuser" }}
- { name: Gateway__Stages__{{ title . }}__Address, value: {{ include "cafe.stageAddress" (dict "root" $.root "component" .) | quote }} }
{{- end }}
- { name: Gateway__JsonPort, value: {{ .root.Values.ports.json | quote }} }
- { name: Gateway__DnsRefreshSeconds, value: {{ .root.Values.gateway.dnsRefreshSeconds | quote }} }
- { name: Gateway__WaitingRoom__Size, value: {{ .root.Values.gateway.waitingRoom.size | quote }} }
- { name: Gateway__WaitingRoom__Seconds, value: {{ .root.Values.gateway.waitingRoom.seconds | quote }} }
{{- if .root.Values.tls.enabled }}
- { name: Gateway__StageTls__Enabled, value: "true" }
- { name: Gateway__StageTls__CaPath, value: /tls/ca.crt }
- { name: Gateway__StageTls__CertificatePath, value: /tls/tls.crt }
- { name: Gateway__StageTls__KeyPath, value: /tls/tls.key }
{{- end }}
{{- if .root.Values.gateway.apiKeys.existingSecret }}
- { name: Gateway__ApiKeys__Path, value: /api-keys }
{{- range $id, $limits := .root.Values.gateway.apiKeys.limits }}
{{- range $limit, $value := $limits }}
- { name: {{ printf "Gateway__ApiKeys__Limits__%s__%s" $id (title $limit) | quote }}, value: {{ $value | toJson | quote }} }
{{- end }}
{{- end }}
{{- end }}
{{- include "cafe.env.redis" .root }}
{{- end -}}
