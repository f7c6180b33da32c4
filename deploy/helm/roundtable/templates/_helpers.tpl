{{- define "roundtable.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* Of (root, component): what selects its pods, and never changes. */ -}}
{{- define "roundtable.selector" -}}
app.kubernetes.io/name: roundtable
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "roundtable.labels" -}}
{{ include "roundtable.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: roundtable
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "roundtable.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- /* Pod Security, restricted. */ -}}
{{- define "roundtable.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "roundtable.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- /* Of (root, component, own): all a service is told that is no secret. What values name goes before. */ -}}
{{- define "roundtable.settings" -}}
{{- $values := .root.Values -}}
{{- $told := dict
  "ENVIRONMENT" $values.environment
  "LOG_LEVEL" $values.logLevel
  "HOST" "0.0.0.0"
  "PORT" "8000"
  "ROUNDTABLE_TOPOLOGY" $values.topology
  "ROUNDTABLE_RETENTION_MS" (int64 $values.kafka.retentionMs | toString)
  "ROUNDTABLE_DATABASE_PREFIX" $values.mongodb.databasePrefix
  "ROUNDTABLE_KEYS_DIR" "/keys"
  "ROUNDTABLE_ISSUER" $values.issuer.url
  "ROUNDTABLE_AUDIENCE" $values.issuer.audience
-}}
{{- if eq .component "notifications" -}}
{{- $_ := mergeOverwrite $told (dict
  "SMTP_HOST" $values.mail.host
  "SMTP_PORT" (int64 $values.mail.port | toString)
  "SMTP_TLS" $values.mail.tls
  "SMTP_USER" $values.mail.user
  "MAIL_FROM" $values.mail.from
) -}}
{{- if $values.mail.user -}}
{{- $_ := set $told "SMTP_PASSWORD_FILE" "/etc/roundtable/mail/password" -}}
{{- end -}}
{{- end -}}
{{- if eq .component "console" -}}
{{- $fullname := include "roundtable.fullname" .root -}}
{{- range list "recruitment" "training" "matching" "participation" "evaluation" "notifications" -}}
{{- $_ := set $told (printf "%s_URL" (upper .)) (printf "http://%s-%s:8000" $fullname .) -}}
{{- end -}}
{{- end -}}
{{- if has .component (list "notifications" "console") -}}
{{- $_ := mergeOverwrite $told (dict
  "DESK_NAME" $values.desk.name
  "DESK_PHONE" $values.desk.phone
  "PORTAL_ORIGIN" $values.portalOrigin
) -}}
{{- end -}}
{{- $told = mergeOverwrite $told (include "roundtable.kafka" . | fromYaml) -}}
{{- $told = mergeOverwrite $told (deepCopy $values.settings) (deepCopy (.own.settings | default dict)) -}}
{{- range $name, $value := $told }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- /* Of (root, own): how Kafka is reached, for services and the Job alike; passwords and certificates are files. */ -}}
{{- define "roundtable.kafka" -}}
{{- $kafka := .root.Values.kafka -}}
KAFKA_SERVERS: {{ $kafka.servers | quote }}
KAFKA_SECURITY_PROTOCOL: {{ $kafka.protocol | quote }}
{{- if $kafka.plaintextAllowed }}
KAFKA_PLAINTEXT_ALLOWED: "true"
{{- end }}
{{- if hasPrefix "SASL_" $kafka.protocol }}
KAFKA_SASL_MECHANISM: {{ $kafka.mechanism | quote }}
KAFKA_USER: {{ .own.kafkaUser | default $kafka.user | quote }}
KAFKA_PASSWORD_FILE: /etc/roundtable/kafka/password
{{- end }}
{{- if $kafka.clientCertificate }}
KAFKA_CERTIFICATE_FILE: /etc/roundtable/kafka/tls.crt
KAFKA_KEY_FILE: /etc/roundtable/kafka/tls.key
{{- end }}
{{- if $kafka.caSecret }}
KAFKA_CA_FILE: /etc/roundtable/kafka-ca/ca.crt
{{- end }}
{{- if .root.Values.caSecret }}
ROUNDTABLE_CA_FILE: /etc/roundtable/ca/ca.crt
{{- end }}
{{- end -}}

{{- /* The files those settings name. */ -}}
{{- define "roundtable.trustMounts" -}}
{{- $kafka := .root.Values.kafka -}}
{{- if or (hasPrefix "SASL_" $kafka.protocol) $kafka.clientCertificate }}
- {name: kafka, mountPath: /etc/roundtable/kafka, readOnly: true}
{{- end }}
{{- if $kafka.caSecret }}
- {name: kafka-ca, mountPath: /etc/roundtable/kafka-ca, readOnly: true}
{{- end }}
{{- if .root.Values.caSecret }}
- {name: ca, mountPath: /etc/roundtable/ca, readOnly: true}
{{- end }}
{{- end -}}

{{- define "roundtable.trustVolumes" -}}
{{- $kafka := .root.Values.kafka -}}
{{- if or (hasPrefix "SASL_" $kafka.protocol) $kafka.clientCertificate }}
- name: kafka
  secret:
    secretName: {{ required "kafka.existingSecret holds the password or the certificate" (.own.kafkaSecret | default $kafka.existingSecret) }}
    defaultMode: 0440
    items:
      {{- if hasPrefix "SASL_" $kafka.protocol }}
      - {key: password, path: password}
      {{- end }}
      {{- if $kafka.clientCertificate }}
      - {key: tls.crt, path: tls.crt}
      - {key: tls.key, path: tls.key}
      {{- end }}
{{- end }}
{{- if $kafka.caSecret }}
- name: kafka-ca
  secret:
    secretName: {{ $kafka.caSecret }}
    defaultMode: 0440
    items:
      - {key: ca.crt, path: ca.crt}
{{- end }}
{{- if .root.Values.caSecret }}
- name: ca
  secret:
    secretName: {{ .root.Values.caSecret }}
    defaultMode: 0440
    items:
      - {key: ca.crt, path: ca.crt}
{{- end }}
{{- end -}}
