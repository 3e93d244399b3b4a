{{/* The full name of the release: of all its objects, and of its Lease. */}}
{{- define "birdwatch.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "birdwatch.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end }}

{{/* Of everything but pods: a new version of the chart must not replace these. */}}
{{- define "birdwatch.labels" -}}
{{ include "birdwatch.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: birdwatch
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "birdwatch.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "birdwatch.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- define "birdwatch.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end }}

{{/* The configuration file: the Lease is called like the release unless `config` says otherwise. */}}
{{- define "birdwatch.config" -}}
{{- $lease := dict "namespace" .Release.Namespace "name" (include "birdwatch.fullname" .) -}}
{{- mustMergeOverwrite (dict "leaderElection" $lease) (deepCopy .Values.config) | toYaml -}}
{{- end }}

{{- define "birdwatch.port" -}}
{{- dig "http" "port" 8080 .Values.config -}}
{{- end }}

{{/* The port of the page of rollouts; empty where it is off, or listens for `kubectl port-forward` alone. */}}
{{- define "birdwatch.dashboardPort" -}}
{{- $dashboard := dig "dashboard" dict .Values.config -}}
{{- if and (dig "enabled" false $dashboard) (ne (dig "host" "127.0.0.1" $dashboard) "127.0.0.1") -}}
{{- dig "port" 8081 $dashboard -}}
{{- end -}}
{{- end }}

{{/* Where the Slack token is; empty without one. */}}
{{- define "birdwatch.secretName" -}}
{{- if .Values.existingSecret.name -}}
{{- .Values.existingSecret.name -}}
{{- else if .Values.slackToken -}}
{{- include "birdwatch.fullname" . -}}
{{- end -}}
{{- end }}

{{/* What every pod of the release has in common. */}}
{{- define "birdwatch.podPlacement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What it may do to the objects of rollouts, in the whole cluster or in each namespace that it watches. */}}
{{- define "birdwatch.rules" -}}
- apiGroups: [otomato.link]
  resources: [birdwatches]
  verbs: [get, list, watch, patch]
- apiGroups: [otomato.link]
  resources: [birdwatches/status]
  verbs: [patch]
{{- if eq (dig "router" "type" "istio" .Values.config) "istio" }}
- apiGroups: [networking.istio.io]
  resources: [virtualservices, destinationrules]
  verbs: [get, list, watch, patch]
{{- end }}
- apiGroups: [apps]
  resources: [deployments]
  verbs: [list, watch]
- apiGroups: ['']
  resources: [services]
  verbs: [list, watch]
- apiGroups: ['']
  resources: [events]
  verbs: [create]
{{- end }}
