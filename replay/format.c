/* The table of formats. Before each other stand those whose lines another would take as well. */
#include "replay/format.h"

#include "replay/pattern.h"

enum { SIGNS_WITHIN = 64 << 10 };

#define COMMON	 "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
#define COMBINED COMMON " \"$http_referer\" \"$http_user_agent\""
#define ENVOY                                                                                      \
	"[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" "         \
	"%RESPONSE_CODE% %RESPONSE_FLAGS% "
#define ENVOY_REST                                                                                 \
	"%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "          \
	"\"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" "                \
	"\"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\""
#define NGINX_MAPPING                                                                              \
	"end=$time_local:clf,status=$status,bytes=$body_bytes_sent,request=$request,"              \
	"user=$remote_addr"

#define STATUS_LABELS                                                                              \
	"code|status|status_code|response_code|http_code|http_status|http_status_code|"            \
	"http_response_status_code"

const struct format formats[] = {
	{"coalmine",
	 "what coalmine export writes of a trace",
	 &reader_table,
	 "",
	 NULL,
	 {"time:ns,", "outcome", "user_hash"}},
	{"alb",
	 "AWS Application Load Balancer",
	 &reader_pattern,
	 "$type $time $elb $client $target $request_time $target_time $response_time $status "
	 "$target_status $received $sent \"$request\" \"$agent\" $cipher $protocol $group "
	 "\"$trace\" \"$domain\" \"$certificate\" $priority $creation ...",
	 "time=$creation:date,end=$time:date,status=$status,bytes=$sent,request=$request,"
	 "user=$client,version=$group",
	 {NULL}},
	{"ingress_nginx",
	 "Kubernetes ingress-nginx",
	 &reader_pattern,
	 COMBINED " $request_length $request_time [$proxy_upstream_name] "
		  "[$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length "
		  "$upstream_response_time $upstream_status $req_id",
	 NGINX_MAPPING ",duration=$request_time:s.,"
		       "version=$proxy_alternative_upstream_name|$proxy_upstream_name,id=$req_id",
	 {NULL}},
	{"nginx_upstream",
	 "nginx combined, then $request_time $upstream_response_time",
	 &reader_pattern,
	 COMBINED " $request_time $upstream_response_time",
	 NGINX_MAPPING ",duration=$request_time:s.",
	 {NULL}},
	{"nginx_timed",
	 "nginx combined, then $request_time",
	 &reader_pattern,
	 COMBINED " $request_time",
	 NGINX_MAPPING ",duration=$request_time:s.",
	 {NULL}},
	{"apache_timed",
	 "Apache combined, then %D, microseconds",
	 &reader_pattern,
	 "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\" %D",
	 "time=%t:clf,duration=%D:us,status=%>s,bytes=%b,request=%r,user=%h",
	 {NULL}},
	{"combined", "nginx or Apache combined", &reader_pattern, COMBINED, NGINX_MAPPING, {NULL}},
	{"vhost_combined",
	 "Apache combined behind the name of the host",
	 &reader_pattern,
	 "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"",
	 "time=%t:clf,status=%>s,bytes=%O,request=%r,user=%h,segment=%v",
	 {NULL}},
	{"common", "Common Log Format", &reader_pattern, COMMON, NGINX_MAPPING, {NULL}},
	{"istio_text",
	 "Istio's text",
	 &reader_pattern,
	 ENVOY "%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "
	       "\"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" " ENVOY_REST " %UPSTREAM_CLUSTER% "
	       "%UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% "
	       "%REQUESTED_SERVER_NAME% %ROUTE_NAME%",
	 NULL,
	 {NULL}},
	{"envoy_text", "Envoy's default text", &reader_pattern, ENVOY ENVOY_REST, NULL, {NULL}},
	{"istio_json",
	 "Istio's or Envoy's JSON",
	 &reader_json_lines,
	 "",
	 "time=start_time:date,duration=duration:ms,status=response_code,bytes=bytes_sent,"
	 "method=method,url=path,user=x_forwarded_for|downstream_remote_address,"
	 "version=upstream_cluster,id=request_id",
	 {"\"start_time\"", "\"response_code\"", "\"duration\""}},
	{"vegeta_json",
	 "vegeta encode --to json",
	 &reader_json_lines,
	 "",
	 "time=timestamp:date,duration=latency:ns,status=code,bytes=bytes_in,method=method,"
	 "url=url,segment=attack",
	 {"\"attack\"", "\"latency\"", "\"code\""}},
	{"vegeta_csv",
	 "vegeta encode --to csv",
	 &reader_table,
	 "timestamp,code,latency,bytes_out,bytes_in,error,body,attack,seq...",
	 "time=timestamp:ns,duration=latency:ns,status=code,bytes=bytes_in,segment=attack",
	 {NULL}},
	{"k6_json",
	 "k6 run --out json",
	 &reader_json_lines,
	 "",
	 "end=data.time:date,duration=data.value:ms,status=data.tags.status,"
	 "method=data.tags.method,url=data.tags.name|data.tags.url,segment=data.tags.scenario,"
	 "where.Point=type,where.http_req_duration=metric",
	 {"\"metric\"", "\"type\"", "\"data\""}},
	{"k6_csv",
	 "k6 run --out csv",
	 &reader_table,
	 "",
	 "end=timestamp:s,duration=metric_value:ms,status=status,method=method,url=name|url,"
	 "segment=scenario,where.http_req_duration=metric_name",
	 {"metric_name", "metric_value", "timestamp"}},
	{"goreplay",
	 "GoReplay captures: .gor files",
	 &reader_goreplay,
	 "",
	 "time=time:ns,duration=duration:ns,status=status,bytes=bytes,request=request,"
	 "number.replayed_status=replayed_status,number.replayed_ns=replayed_duration",
	 {"\xf0\x9f\x90\xb5\xf0\x9f\x99\x88\xf0\x9f\x99\x89"}},
	{"har",
	 "HTTP archives of browsers",
	 &reader_har,
	 "",
	 "time=startedDateTime:date,duration=time:ms,status=response.status,"
	 "bytes=response.content.size,method=request.method,url=request.url",
	 {"\"log\"", "\"entries\""}},
	{"otlp",
	 "OpenTelemetry spans, OTLP JSON",
	 &reader_otlp,
	 "",
	 "time=startTimeUnixNano:ns,end=endTimeUnixNano:ns,status=answer,route=name,id=spanId,"
	 "user=attributes.enduser.id|attributes.user.id|attributes.client.address,"
	 "version=resource.service.version,word.service=resource.service.name",
	 {"\"resourceSpans\""}},
	{"prometheus",
	 "answers of Prometheus to range queries, from which requests are drawn",
	 &reader_prometheus,
	 STATUS_LABELS,
	 "time=drawn.time:ns,duration=le:s,outcome=drawn.outcome,status=" STATUS_LABELS
	 ",route=route|handler|http_route|path|uri,segment=region|zone,"
	 "version=version|app_version|service_version|destination_version|canary",
	 {NULL}},
	{"azure_llm",
	 "Azure LLM inference trace",
	 &reader_table,
	 "",
	 "time=TIMESTAMP:date,number.context_tokens=ContextTokens,"
	 "number.generated_tokens=GeneratedTokens",
	 {"TIMESTAMP", "ContextTokens", "GeneratedTokens"}},
	{"azure_functions",
	 "Azure Functions invocation trace of 2021",
	 &reader_table,
	 "",
	 "end=end_timestamp:s,duration=duration:s,user=app,route=func",
	 {"end_timestamp", "func", "duration"}},
	{"burstgpt_sessions",
	 "BurstGPT with sessions",
	 &reader_table,
	 "",
	 "time=Timestamp:s,duration=Elapsed time:s,user=Session ID,segment=Log Type,"
	 "word.model=Model,number.request_tokens=Request tokens,"
	 "number.response_tokens=Response tokens",
	 {"Session ID", "Elapsed time", "Log Type"}},
	{"burstgpt",
	 "BurstGPT",
	 &reader_table,
	 "",
	 "time=Timestamp:s,segment=Log Type,word.model=Model,"
	 "number.request_tokens=Request tokens,number.response_tokens=Response tokens",
	 {"Timestamp", "Request tokens", "Log Type"}},
	{"mooncake",
	 "Mooncake's traces of LLM serving",
	 &reader_json_lines,
	 "",
	 "time=timestamp:ms,number.input_length=input_length,number.output_length=output_length",
	 {"\"timestamp\"", "\"input_length\"", "\"output_length\""}},
	{"alibaba_lora",
	 "Alibaba GenAI trace of 2026, lora_request_trace.csv",
	 &reader_table,
	 "",
	 "time=gmt_create:date,duration=exec_time_seconds:s,status=predict_status,user=groupId,"
	 "segment=predict_type,number.prompt_length=prompt_length,"
	 "number.steps=num_inference_steps,number.lora=num_lora",
	 {"gmt_create", "predict_status", "exec_time_seconds"}},
	{"nezha_roots",
	 "root spans of Nezha's traces",
	 &reader_table,
	 "",
	 "time=start_unix_ns:ns,duration=duration_us:us,route=operation,word.pod=pod,id=trace_id",
	 {"start_unix_ns", "duration_us", "operation"}},
	{"nezha",
	 "Nezha's traces, of which the root spans",
	 &reader_table,
	 "",
	 "time=StartTimeUnixNano:ns,end=EndTimeUnixNano:ns,route=OperationName,"
	 "word.pod=PodName,id=TraceID,where.root=ParentID",
	 {"StartTimeUnixNano", "EndTimeUnixNano", "ParentID"}},
	{"open_bandit",
	 "Open Bandit Dataset",
	 &reader_table,
	 "",
	 "time=timestamp:date,action=item_id,reward=click,propensity=propensity_score,"
	 "word.position=position,word.user_feature_0=user_feature_0,"
	 "word.user_feature_1=user_feature_1,word.user_feature_2=user_feature_2,"
	 "word.user_feature_3=user_feature_3",
	 {"item_id", "click", "propensity_score"}},
	{"json_lines", "lines of JSON, an object each", &reader_json_lines, "", "", {NULL}},
	{"table", "a table with a heading", &reader_table, "", "", {NULL}},
	{NULL, NULL, NULL, NULL, NULL, {NULL}},
};

const struct format *format_find(const char *name)
{
	for (const struct format *format = formats; format->name; format++)
		if (!strcmp(format->name, name))
			return format;
	return NULL;
}

static struct view first_line(struct view start)
{
	const char *newline = memchr(start.at, '\n', start.length);
	struct view line = {start.at, newline ? (size_t)(newline - start.at) : start.length};
	if (line.length && line.at[line.length - 1] == '\r')
		line.length--;
	return line;
}

/* Headings that are fields: "time:ns" is the time in nanoseconds. */
static bool map_headings(struct view heading, struct mapping *mapping, struct arena *arena,
			 char *why, size_t size)
{
	while (heading.length) {
		const char *comma = memchr(heading.at, ',', heading.length);
		size_t length = comma ? (size_t)(comma - heading.at) : heading.length;
		const char *name = arena_copy(arena, heading.at, length);
		const char *colon = strrchr(name, ':');
		const char *entry = arena_printf(arena, "%.*s=%s%s",
						 (int)(colon ? (size_t)(colon - name) : length),
						 name, name, colon ? colon : "");
		if (!mapping_read(mapping, arena, entry, why, size))
			return false;
		heading = view_from(heading, length + (comma != NULL));
	}
	return true;
}

bool format_mapping(const struct format *format, struct view start, struct mapping *mapping,
		    struct arena *arena, char *why, size_t size)
{
	if (format->mapping)
		return mapping_read(mapping, arena, format->mapping, why, size);
	if (format->reader == &reader_pattern)
		return pattern_mapping(format->layout, mapping, arena, why, size);
	return map_headings(first_line(start), mapping, arena, why, size);
}

/* Headings stand in the first line; keys, and what stands between records, a little way on. */
bool format_may_be(const struct format *format, struct view start)
{
	struct view line = format->reader == &reader_table ? first_line(start) : start;
	if (line.length > SIGNS_WITHIN)
		line.length = SIGNS_WITHIN;
	for (int i = 0; i < FORMAT_SIGNS && format->sign[i]; i++)
		if (!memmem(line.at, line.length, format->sign[i], strlen(format->sign[i])))
			return false;
	return true;
}
