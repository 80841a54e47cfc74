{{/* The smaller objects that every component has. */}}

{{- define "cafe.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "cafe.name" . }}
  labels:
    {{- include "cafe.labels" . | nindent 4 }}
  {{- with .root.Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{/* Headless: the caller sees every pod and balances by itself. */}}
{{- define "cafe.headlessService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "cafe.name" . }}
  labels:
    {{- include "cafe.labels" . | nindent 4 }}
spec:
  clusterIP: None
  selector:
    {{- include "cafe.selector" . | nindent 4 }}
  ports:
    - { name: grpc, port: {{ .root.Values.ports.grpc }}, targetPort: grpc, appProtocol: {{ ternary "https" "kubernetes.io/h2c" .root.Values.tls.enabled }} }
{{- end -}}

{{- define "cafe.podDisruptionBudget" -}}
{{- if .root.Values.podDisruptionBudget.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "cafe.name" . }}
  labels:
    {{- include "cafe.labels" . | nindent 4 }}
spec:
  # One at a time: also a pool of one pod can be moved.
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "cafe.selector" . | nindent 6 }}
{{- end -}}
{{- end -}}
