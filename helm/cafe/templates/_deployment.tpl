{{/* One component's Deployment. `env` is a template name for the component's own environment. */}}
{{- define "cafe.deployment" -}}
{{- $values := index .root.Values .component -}}
{{- $stage := ne .component "gateway" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "cafe.name" . }}
  labels:
    {{- include "cafe.labels" . | nindent 4 }}
spec:
  {{- if not (include "cafe.scaled" .root) }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  progressDeadlineSeconds: {{ add $values.startupSeconds 300 }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxSurge: {{ $values.maxSurge }}, maxUnavailable: {{ $values.maxUnavailable }} }
  selector:
    matchLabels:
      {{- include "cafe.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "cafe.labels" . | nindent 8 }}
      {{- with $values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "cafe.name" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      # preStop, then the drain, then a margin to exit.
      terminationGracePeriodSeconds: {{ add .root.Values.preStopSeconds $values.drainSeconds 15 }}
      securityContext:
        {{- include "cafe.podSecurityContext" .root | nindent 8 }}
      {{- with .root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- if .root.Values.topologySpread.enabled }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: {{ .root.Values.topologySpread.topologyKey }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "cafe.selector" . | nindent 14 }}
      {{- end }}
      {{- if and $stage (eq .root.Values.pack.source "initContainer") }}
      initContainers:
        {{- include "cafe.pack.initContainers" . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ include "cafe.image" . }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          securityContext:
            {{- include "cafe.containerSecurityContext" .root | nindent 12 }}
          env:
            {{- include "cafe.env.common" . | nindent 12 }}
            {{- include .env . | nindent 12 }}
            {{- with $values.extraEnv }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          ports:
            - { name: grpc, containerPort: {{ .root.Values.ports.grpc }} }
            - { name: health, containerPort: {{ .root.Values.ports.health }} }
            - { name: metrics, containerPort: {{ .root.Values.ports.metrics }} }
            {{- if not $stage }}
            - { name: json, containerPort: {{ .root.Values.ports.json }} }
            {{- end }}
          # Loading a large pack takes minutes: readiness decides traffic, startup bounds the wait.
          startupProbe:
            grpc: { port: {{ .root.Values.ports.health }} }
            periodSeconds: 5
            failureThreshold: {{ div (add $values.startupSeconds 4) 5 }}
          readinessProbe:
            grpc: { port: {{ .root.Values.ports.health }} }
            periodSeconds: 5
            timeoutSeconds: 2
            failureThreshold: 2
          # Liveness asks for a process that answers, not for a ready one, and gives it two minutes.
          livenessProbe:
            grpc: { port: {{ .root.Values.ports.health }}, service: liveness }
            periodSeconds: 20
            timeoutSeconds: 5
            failureThreshold: 6
          lifecycle:
            preStop:
              sleep: { seconds: {{ .root.Values.preStopSeconds }} }
          resources:
            {{- include "cafe.resources" . | nindent 12 }}
          volumeMounts:
            {{- include "cafe.mounts" . | nindent 12 }}
            {{- if $stage }}
            {{- include "cafe.pack.mounts" .root | nindent 12 }}
            {{- end }}
      volumes:
        {{- include "cafe.volumes" . | nindent 8 }}
        {{- if $stage }}
        {{- include "cafe.pack.volumes" .root | nindent 8 }}
        {{- end }}
{{- end -}}
