#!/bin/sh
# Real recorded traffic, in a folder of traces that others published, must come out as what is known of
# it: rows, rates, faults. Usage: tests/real_traces.sh FOLDER; COALMINE names the program.
set -eu

folder=${1:?name the folder of traces}
coalmine=${COALMINE:-build/gcc/coalmine}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
bad=0

# The value of a key in the JSON of the last import.
value() { sed -n "s/.*\"$1\": \([^,}]*\).*/\1/p" "$room/found.json"; }

# judge FILE CODE [OPTION...]: import must end with this code.
judge() {
	file=$1
	due=$2
	shift 2
	code=0
	"$coalmine" import "$folder/$file" --json --quiet --force -o "$room/trace.h5" "$@" \
		>"$room/found.json" 2>"$room/said" || code=$?
	[ "$code" = "$due" ] || wrong "import returns $code, not $due: $(cat "$room/said")"
}

wrong() {
	echo "$file: $1" >&2
	bad=1
}

# is KEY VALUE: exactly; near KEY VALUE: to the digits given.
is() { [ "$(value "$1")" = "$2" ] || wrong "$1 is $(value "$1"), not $2"; }
near() {
	awk -v found="$(value "$1")" -v due="$2" 'BEGIN {
		digits = length(due) - index(due, ".")
		exit !(index(due, ".") && sprintf("%." digits "f", found) == due)
	}' || wrong "$1 is $(value "$1"), not $2"
}

# The way out and back gives the same rows.
same_again() {
	"$coalmine" export "$room/trace.h5" >"$room/rows.csv"
	"$coalmine" import "$room/rows.csv" --quiet --force -o "$room/again.h5" >"$room/said" 2>&1
	"$coalmine" export "$room/again.h5" | cmp -s - "$room/rows.csv" ||
		wrong "exported and imported it is another"
}

judge azure-llm/AzureLLMInferenceTrace_code.csv 0
is rows 8819
near rate_per_s 2.57
near cv 13.2
is peak_in_1s 67
near longest_gap_s 217.2
same_again

judge mooncake/synthetic_trace.jsonl 0
is rows 3993
near rate_per_s 3.91
near cv 1.01
same_again

judge nezha/2022-08-22_root_spans.csv 0
is rows 19107
is timed 19107
same_again

judge obd/random_men.csv 0
is rows 10000
same_again
"$coalmine" replay-policy "$room/trace.h5" --policy logged --json >"$room/found.json"
near value 0.0046

# Every minute is the fifth: replayed as it is, an hour would pass in one.
judge elastic/apache_logs 2
is steps_back 4915
is furthest_back_s 59
judge elastic/apache_logs 0 --reorder-window 60s
is rows 10000
is server_error 3
same_again

# A count every half hour is no traffic.
judge nab/nyc_taxi.csv 2

# Half as much again as the median: a little over half of the faults, and one quiet check in five.
file=nezha/2022-08-22-front_service.csv
"$coalmine" backtest "$folder/$file" --labels "$folder/nezha/2022-08-22-fault_list.json" \
	--check 'LatencyP95(s) >= x1.5 median 3.5m' --json >"$room/found.json"
is rows 1209
grep -q '"caught": {"alarms": 14, "checks": 24' "$room/found.json" || wrong "it does not catch 14 of 24"
grep -q '"false_alarms": {"alarms": 189, "checks": 968' "$room/found.json" ||
	wrong "its false alarms are not 189 of 968"

[ $bad = 0 ] && echo "All traces are what they are known to be."
exit $bad
