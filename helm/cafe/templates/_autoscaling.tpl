{{/* How fast a pool grows and shrinks; tests/Cafe.Simulation acts the same. */}}
{{- define "cafe.autoscaling.behavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - { type: Percent, value: 100, periodSeconds: 30 }
    - { type: Pods, value: 4, periodSeconds: 30 }
  selectPolicy: Max
scaleDown:
  stabilizationWindowSeconds: {{ .Values.autoscaling.scaleDownStabilizationSeconds }}
  policies:
    - { type: Percent, value: 25, periodSeconds: 60 }
{{- end -}}

{{/* A stage's autoscaler. Both kinds scale on what a caller feels: the predicted wait, and the queue behind it. */}}
{{- define "cafe.autoscaling.stage" -}}
{{- $values := index .root.Values .component -}}
{{- $scaling := $values.autoscaling -}}
{{- $selector := printf "namespace=%q,pod=~%q" .root.Release.Namespace (printf "%s-.*" (include "cafe.name" .)) -}}
{{- if eq .root.Values.autoscaling.mode "hpa" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "cafe.name" . }}
  labels:
    {{- include "cafe.labels" . | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ include "cafe.name" . }} }
  minReplicas: {{ $scaling.minReplicas }}
  maxReplicas: {{ $scaling.maxReplicas }}
  metrics:
    - type: Pods
      pods:
        metric: { name: cafe_queue_depth }
        target: { type: AverageValue, averageValue: {{ $scaling.targetQueueDepth | quote }} }
    - type: Pods
      pods:
        metric: { name: cafe_predicted_wait_seconds }
        target: { type: AverageValue, averageValue: {{ $scaling.targetWaitSeconds | quote }} }
  behavior:
    {{- include "cafe.autoscaling.behavior" .root | nindent 4 }}
{{- else if eq .root.Values.autoscaling.mode "keda" -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {{ include "cafe.name" . }}
  labels:
    {{- include "cafe.labels" . | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ include "cafe.name" . }} }
  pollingInterval: {{ .root.Values.autoscaling.pollingSeconds }}
  cooldownPeriod: {{ .root.Values.autoscaling.cooldownSeconds }}
  minReplicaCount: {{ if has .component .root.Values.autoscaling.scaleToZero }}0{{ else }}{{ $scaling.minReplicas }}{{ end }}
  maxReplicaCount: {{ $scaling.maxReplicas }}
  {{- if not (has .component .root.Values.autoscaling.scaleToZero) }}
  # Prometheus down: stay at a safe size. (Not possible with a minimum of zero.)
  fallback: { failureThreshold: 4, replicas: {{ $scaling.minReplicas }} }
  {{- end }}
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        {{- include "cafe.autoscaling.behavior" .root | nindent 8 }}
  triggers:
    - type: prometheus
      name: queue-depth
      metadata:
        serverAddress: {{ .root.Values.autoscaling.prometheusAddress }}
        # What waits in the pods, plus what waits in the gateway for a pool that has none. A sum over no series is no number but nothing, and
        # nothing plus something is nothing: each side has its own zero.
        query: '(sum(cafe_queue_depth{ {{- $selector -}} }) or vector(0)) + (sum(cafe_gateway_waiting{namespace={{ .root.Release.Namespace | quote }},stage={{ .component | quote }}}) or vector(0))'
        threshold: {{ $scaling.targetQueueDepth | quote }}
        activationThreshold: "0"
    - type: prometheus
      name: predicted-wait
      metricType: Value
      metadata:
        serverAddress: {{ .root.Values.autoscaling.prometheusAddress }}
        query: 'avg(cafe_predicted_wait_seconds{ {{- $selector -}} }) or vector(0)'
        threshold: {{ $scaling.targetWaitSeconds | quote }}
{{- end -}}
{{- end -}}
