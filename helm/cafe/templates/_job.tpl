{{/* An indexed Job of the command line against the gateway: each index has its own input and output in one claim. `args` are the command's own. */}}
{{- define "cafe.job" -}}
{{- $job := index .root.Values.jobs .component -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "cafe.name" . }}
  labels:
    {{- include "cafe.labels" . | nindent 4 }}
spec:
  completionMode: Indexed
  completions: {{ $job.completions }}
  parallelism: {{ $job.parallelism }}
  # What an interrupted pod did is resumed by the next.
  backoffLimitPerIndex: 3
  activeDeadlineSeconds: {{ $job.activeDeadlineSeconds }}
  template:
    metadata:
      labels:
        {{- include "cafe.labels" . | nindent 8 }}
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext:
        {{- include "cafe.podSecurityContext" .root | nindent 8 }}
      {{- with .root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ required (printf "jobs.image is required with jobs.%s.enabled" .component) .root.Values.jobs.image }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          securityContext:
            {{- include "cafe.containerSecurityContext" .root | nindent 12 }}
          # $(JOB_COMPLETION_INDEX) is set by the Job controller.
          args:
            {{- toYaml .args | nindent 12 }}
            {{- with $job.args }}
            {{- toYaml . | nindent 12 }}
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
            {{- toYaml $job.resources | nindent 12 }}
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
