{{/* The pack: where it comes from, and where it is seen. */}}
{{- define "cafe.pack.volumes" -}}
{{- $pack := .Values.pack -}}
{{- if eq $pack.source "persistentVolumeClaim" }}
- name: pack
  persistentVolumeClaim:
    claimName: {{ required "pack.persistentVolumeClaim.claimName is required" $pack.persistentVolumeClaim.claimName }}
    readOnly: true
{{- else if eq $pack.source "initContainer" }}
- name: pack
  emptyDir: { sizeLimit: {{ $pack.initContainer.sizeLimit }} }
{{- else if eq $pack.source "imageVolume" }}
- name: pack
  image:
    reference: {{ required "pack.imageVolume.reference is required" $pack.imageVolume.reference }}
    pullPolicy: {{ $pack.imageVolume.pullPolicy }}
{{- end }}
{{- end -}}

{{- define "cafe.pack.mounts" -}}
{{- if ne .Values.pack.source "image" }}
- name: pack
  mountPath: {{ .Values.pack.path }}
  readOnly: true
  {{- if and (eq .Values.pack.source "persistentVolumeClaim") .Values.pack.persistentVolumeClaim.subPath }}
  subPath: {{ .Values.pack.persistentVolumeClaim.subPath }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "cafe.pack.initContainers" -}}
{{- if eq .root.Values.pack.source "initContainer" }}
- name: pack
  image: {{ required "pack.initContainer.image is required" .root.Values.pack.initContainer.image }}
  {{- with .root.Values.pack.initContainer.command }}
  command: {{ toJson . }}
  {{- end }}
  {{- with .root.Values.pack.initContainer.env }}
  env:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- include "cafe.containerSecurityContext" .root | nindent 4 }}
  resources:
    requests: { cpu: 500m, memory: 256Mi }
    limits: { memory: 1Gi }
  volumeMounts:
    - { name: pack, mountPath: {{ .root.Values.pack.path }} }
    - { name: tmp, mountPath: /tmp }
{{- end }}
{{- end -}}

{{- define "cafe.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 1Gi }
{{- if .root.Values.tls.enabled }}
- name: tls
  secret:
    secretName: {{ required "tls.existingSecret is required with tls.enabled" .root.Values.tls.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- if and (eq .component "gateway") .root.Values.gateway.apiKeys.existingSecret }}
- name: api-keys
  secret:
    secretName: {{ .root.Values.gateway.apiKeys.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- end -}}

{{- define "cafe.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if and (eq .component "gateway") .root.Values.gateway.apiKeys.existingSecret }}
- { name: api-keys, mountPath: /api-keys, readOnly: true }
{{- end }}
{{- if .root.Values.tls.enabled }}
- { name: tls, mountPath: /tls, readOnly: true }
{{- end }}
{{- end -}}
