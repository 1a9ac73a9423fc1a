{{- define "stowage.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "stowage.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "stowage.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "stowage.selectorLabels" -}}
app.kubernetes.io/name: {{ include "stowage.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "stowage.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "stowage.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "stowage.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "stowage.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "stowage.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The claim that holds the data; nothing where a database does, or nobody keeps it. */}}
{{- define "stowage.claim" -}}
{{- if and .Values.persistence.enabled (not .Values.database.secret.name) -}}
{{- default (include "stowage.fullname" .) .Values.persistence.existingClaim -}}
{{- end -}}
{{- end -}}

{{/* Every secret that is used: the variable that names its file, and where it is from. */}}
{{- define "stowage.secretFiles" -}}
{{- $values := .Values -}}
{{- $all := dict
  "REGISTRY_PASSWORD_FILE" $values.registry.passwordSecret
  "REGISTRY_CA_FILE" $values.registry.caSecret
  "REGISTRY_CLIENT_CERT_FILE" $values.registry.clientCertificateSecret
  "STOWAGE_HOOKS_TOKEN_FILE" $values.registry.hooksTokenSecret
  "STOWAGE_AUTH_HTPASSWD" $values.auth.htpasswdSecret
  "STOWAGE_OIDC_CLIENT_SECRET_FILE" $values.auth.oidc.clientSecret
  "STOWAGE_DATABASE_URL_FILE" $values.database.secret
  "STOWAGE_SECRET_KEY_FILE" $values.secretKey.secret -}}
{{- $used := dict -}}
{{- range $variable, $secret := $all -}}
{{- if $secret.name -}}
{{- $file := $variable | trimSuffix "_FILE" | lower | replace "_" "-" -}}
{{- $_ := set $used $variable (dict "name" $secret.name "key" $secret.key "file" $file) -}}
{{- end -}}
{{- end -}}
{{- toJson $used -}}
{{- end -}}

{{/* The ways in, where the registry is one: it has no variable of its own, and then all must be listed. */}}
{{- define "stowage.ways" -}}
{{- $ways := list "registry" -}}
{{- if .Values.auth.htpasswdSecret.name -}}{{- $ways = append $ways "local" -}}{{- end -}}
{{- if .Values.auth.oidc.issuer -}}{{- $ways = append $ways "oidc" -}}{{- end -}}
{{- join "," $ways -}}
{{- end -}}

{{/* The variables that Stowage is told; those of `env` win. */}}
{{- define "stowage.variables" -}}
{{- $variables := dict
  "STOWAGE_LISTEN" (printf "%s:8080" .Values.listenAddress)
  "STOWAGE_DATA" "/data"
  "REGISTRY_URL" .Values.registry.url
  "DELETE_IMAGES" (toString .Values.deleteImages)
  "PULL_URL" .Values.registry.pullHost
  "REGISTRY_USERNAME" .Values.registry.username
  "STOWAGE_PUBLIC_URL" .Values.publicUrl
  "STOWAGE_AUTH" (ternary (include "stowage.ways" .) "" .Values.auth.registry)
  "STOWAGE_OIDC_ISSUER" .Values.auth.oidc.issuer
  "STOWAGE_OIDC_CLIENT_ID" .Values.auth.oidc.clientId
  "STOWAGE_GRANTS" .Values.auth.grants -}}
{{- range $variable, $secret := include "stowage.secretFiles" . | fromJson -}}
{{- $_ := set $variables $variable (printf "/etc/stowage/secrets/%s" $secret.file) -}}
{{- end -}}
{{- range $variable, $value := .Values.env -}}
{{- /* Large numbers would be written as 1e+06. */ -}}
{{- $_ := set $variables $variable (ternary (int64 $value) $value (kindIs "float64" $value) | toString) -}}
{{- end -}}
{{- toJson $variables -}}
{{- end -}}

{{/* What no schema can say in words that help. */}}
{{- define "stowage.validate" -}}
{{- if not (or .Values.registry.url .Values.env.DEFAULT_REGISTRIES) -}}
{{- fail "registry.url is not set, and Stowage would have nothing to show; for example --set registry.url=https://registry.example.com" -}}
{{- end -}}
{{- if gt (int .Values.replicaCount) 1 -}}
{{- if not .Values.database.secret.name -}}
{{- fail "replicaCount is above 1, but each replica would have an inventory of its own; name a secret with the address of a PostgreSQL database in database.secret.name" -}}
{{- end -}}
{{- if not .Values.secretKey.secret.name -}}
{{- fail "replicaCount is above 1, but each replica would make a key of its own, and sessions of one would be unknown to the others; name a secret in secretKey.secret.name" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.registry.username (not .Values.registry.passwordSecret.name) -}}
{{- fail "registry.username is set, but no password; name a secret in registry.passwordSecret.name" -}}
{{- end -}}
{{- if and .Values.auth.oidc.issuer (or (not .Values.auth.oidc.clientId) (not .Values.publicUrl)) -}}
{{- fail "auth.oidc.issuer needs auth.oidc.clientId, and publicUrl to come back to" -}}
{{- end -}}
{{- end -}}
