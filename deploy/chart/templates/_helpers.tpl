{{- define "satselect.name" -}}
{{- if contains "satselect" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-satselect" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "satselect.selector" -}}
app.kubernetes.io/name: satselect
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "satselect.labels" -}}
{{ include "satselect.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: satselect
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* What every container has: image, settings, a /tmp to write to and nothing else. */}}
{{- define "satselect.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ with .Values.image.digest }}@{{ . }}{{ end }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
env:
  - name: SATSELECT_DATABASE_URL
    valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: SATSELECT_DATABASE_URL}}
  - name: SATSELECT_SECRET_KEY
    valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: SATSELECT_SECRET_KEY}}
  - {name: SATSELECT_ALLOWED_HOSTS, value: {{ join "," .Values.allowedHosts | quote }}}
  {{- with .Values.busUrl }}
  - {name: SATSELECT_BUS_URL, value: {{ . | quote }}}
  {{- end }}
  {{- range $name, $value := .Values.settings }}
  - {name: SATSELECT_{{ $name | upper }}, value: {{ $value | toString | quote }}}
  {{- end }}
  {{- range $name, $value := .Values.environment }}
  - {name: {{ $name }}, value: {{ $value | toString | quote }}}
  {{- end }}
{{- end -}}

{{- define "satselect.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false  # variables called as services could pass for settings
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 256Mi}
{{- end -}}

{{- define "satselect.probes" -}}
startupProbe:
  httpGet: {path: /livez, port: metrics}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /livez, port: metrics}
  periodSeconds: 10
  timeoutSeconds: 3
readinessProbe:
  httpGet: {path: /readyz, port: metrics}
  periodSeconds: 5
  timeoutSeconds: 3
{{- end -}}

{{- define "satselect.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
