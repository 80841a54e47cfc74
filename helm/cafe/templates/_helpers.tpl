{{/* Names and labels. `ctx` is a dict of "root" (the chart's scope) and "component". */}}

{{- define "cafe.fullname" -}}
{{- printf "%s-cafe" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "cafe.name" -}}
{{- printf "%s-%s" (include "cafe.fullname" .root) .component -}}
{{- end -}}

{{- define "cafe.selector" -}}
app.kubernetes.io/name: cafe
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "cafe.labels" -}}
{{ include "cafe.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: cafe
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A whole reference from image.overrides (what skaffold built) wins over repository and tag. */}}
{{- define "cafe.image" -}}
{{- with index .root.Values.image.overrides .component }}{{ . }}{{ else -}}
{{- $tag := .root.Values.image.tag | default .root.Chart.AppVersion -}}
{{- if eq $tag "latest" }}{{ fail "image.tag: latest is refused; name a version or a digest" }}{{ end -}}
{{- printf "%s/%s:%s" .root.Values.image.repository .component $tag -}}
{{- end -}}
{{- end -}}

{{/* A component's requests and limits; GPUs are among the limits where the provider is cuda, and nowhere else. */}}
{{- define "cafe.resources" -}}
{{- $values := index .root.Values .component -}}
{{- $resources := deepCopy $values.resources -}}
{{- if and (eq (default "" $values.provider) "cuda") (gt (int $values.gpus) 0) -}}
{{- $_ := merge $resources.limits (dict "nvidia.com/gpu" (int $values.gpus)) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{/* The restricted Pod Security standard. */}}
{{- define "cafe.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 64198
runAsGroup: 64198
fsGroup: 64198
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "cafe.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Address of a stage as the gateway's resolver wants it: a headless Service, so that every pod is seen. */}}
{{- define "cafe.stageAddress" -}}
dns:///{{ include "cafe.name" . }}.{{ .root.Release.Namespace }}.svc:{{ .root.Values.ports.grpc }}
{{- end -}}

{{- define "cafe.redisHost" -}}
{{- printf "%s-redis.%s.svc" (include "cafe.fullname" .) .Release.Namespace -}}
{{- end -}}

{{/* Whether something other than this chart owns a pool's replica count. */}}
{{- define "cafe.scaled" -}}
{{- if ne .Values.autoscaling.mode "none" }}true{{ end -}}
{{- end -}}
