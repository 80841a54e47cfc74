{{/*
An indexed Job of the command line against the gateway: each index has its own input and output in one claim. `args` are the command's own.
A Job's template can't be changed, so its name carries a hash of its spec: another spec is another Job, the same one is left as it is.
*/}}
{{- define "cafe.job" -}}
{{- $spec := include "cafe.job.spec" . -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ printf "%s-%s" (include "cafe.name" .) (sha256sum $spec | trunc 8) }}
  labels:
    {{- include "cafe.labels" . | nindent 4 }}
spec:
  {{- $spec | nindent 2 }}
{{- end -}}

{{/* No label of the chart's version is in it: an upgrade alone starts nothing again. */}}
{{- define "cafe.job.spec" -}}
{{- $job := index .root.Values.jobs .component -}}
completionMode: Indexed
completions: {{ $job.completions }}
parallelism: {{ $job.parallelism }}
# What an interrupted pod did is resumed by the next.
backoffLimitPerIndex: 3
activeDeadlineSeconds: {{ $job.activeDeadlineSeconds }}
template:
  metadata:
    labels:
      {{- include "cafe.selector" . | nindent 6 }}
      {{- with .root.Values.commonLabels }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  spec:
    restartPolicy: Never
    automountServiceAccountToken: false
    enableServiceLinks: false
    securityContext:
      {{- include "cafe.podSecurityContext" .root | nindent 6 }}
    {{- with .root.Values.image.pullSecrets }}
    imagePullSecrets:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    containers:
      - name: {{ .component }}
        image: {{ required (printf "jobs.image is required with jobs.%s.enabled" .component) .root.Values.jobs.image }}
        imagePullPolicy: {{ .root.Values.image.pullPolicy }}
        securityContext:
          {{- include "cafe.containerSecurityContext" .root | nindent 10 }}
        # $(JOB_COMPLETION_INDEX) is set by the Job controller.
        args:
          {{- toYaml .args | nindent 10 }}
          {{- with $job.args }}
          {{- toYaml . | nindent 10 }}
          {{- end }}
          - --window
          - {{ $job.window | quote }}
          - --server
          - {{ printf "http%s://%s.%s.svc:%v" (ternary "s" "" .root.Values.tls.enabled) (include "cafe.name" (dict "root" .root "component" "gateway")) .root.Release.Namespace .root.Values.ports.grpc }}
        env:
          - { name: DOTNET_EnableDiagnostics, value: "0" }
          {{- with .root.Values.jobs.apiKey.existingSecret }}
          - name: CAFE_API_KEY
            valueFrom: { secretKeyRef: { name: {{ . }}, key: {{ $.root.Values.jobs.apiKey.existingSecretKey }} } }
          {{- end }}
          {{- if .root.Values.tls.enabled }}
          - { name: SSL_CERT_FILE, value: /tls/ca.crt }
          {{- end }}
        resources:
          {{- toYaml $job.resources | nindent 10 }}
        volumeMounts:
          - { name: tmp, mountPath: /tmp }
          - { name: data, mountPath: /data }
          {{- if .root.Values.tls.enabled }}
          - { name: tls, mountPath: /tls, readOnly: true }
          {{- end }}
    volumes:
      - name: tmp
        emptyDir: { sizeLimit: 1Gi }
      - name: data
        persistentVolumeClaim:
          claimName: {{ required (printf "jobs.%s.claimName is required" .component) $job.claimName }}
      {{- if .root.Values.tls.enabled }}
      # The authority alone: a Job needs no key.
      - name: tls
        secret:
          secretName: {{ required "tls.existingSecret is required with tls.enabled" .root.Values.tls.existingSecret }}
          items: [{ key: ca.crt, path: ca.crt }]
          defaultMode: 0440
      {{- end }}
{{- end -}}
