# The commands of a checkout. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run build test bench eval fuzz drill load check chart licences sbom rootfs openapi set-up

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

run: build ## Install what is missing, build in release, serve on 127.0.0.1:8080
	exec target/release/hygeia serve

build: set-up ## Install what is missing, build in release
	cargo build --release --locked

test: ## Install what the tests need, run all of them
	@tools/set-up test
	cargo test --locked

bench: build ## Measure start-up, memory, single requests, reading of pictures and the dashboard; with SYNTHEA=FOLDER also load, beside plain SQL (tools/compare)
	@tools/set-up test
	cargo test --locked --bench server --bench extraction --bench dashboard --bench subscriptions
	@if [ -n "$(SYNTHEA)" ]; then SYNTHEA="$(SYNTHEA)" tools/compare; fi

eval: set-up ## Count how often displays are read rightly: ../shared/data/device_photos, or EVAL_PHOTOS="FOLDER ..." with a truth.csv each, such as models/digits/train/devices.py draws
	cargo bench --locked --bench reading -- $(EVAL_PHOTOS)
	cargo bench --locked --bench strips -- $(EVAL_STRIPS)

fuzz: ## Look for ten minutes a target (FUZZ_TIME=30s ...) for input that breaks a parser or a request; installs cargo-bolero where it is missing
	@command -v cargo-bolero >/dev/null || cargo install --locked cargo-bolero@0.13.5
	@tools/set-up test
	for target in $$(awk '/^#\[test\]/ { getline; gsub(/fn |\(.*/, ""); split(FILENAME, path, /[\/.]/); print "fuzz::" path[4] "::" $$0 }' tests/it/fuzz/parsers.rs tests/it/fuzz/requests.rs); do \
		cargo bolero test --test it --sanitizer NONE --rustc-bootstrap -T $${FUZZ_TIME:-10m} $$target || exit 1; \
	done

drill: build ## Kill, fill up, restart, slow down and overload what the server stands on while clients write; nothing may be lost or doubled (tools/drill)
	tools/drill

load: build ## An hour of mixed load by all APIs, every acknowledged write checked at its end (tools/load)
	tools/load 60

check: ## Formatting, lints and documentation, all without a warning
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --locked --no-deps --document-private-items

chart: ## Render the Helm chart, hold it against the schemas of Kubernetes and what we promise of it
	tools/check-chart

licences: ## Licences, sources and known faults of all dependencies (deny.toml); installs cargo-deny where it is missing
	@command -v cargo-deny >/dev/null || cargo install --locked cargo-deny@0.20.2
	cargo deny --locked check

sbom: ## Write what the program is made of to hygeia.cdx.json (CycloneDX); installs cargo-cyclonedx where it is missing
	@command -v cargo-cyclonedx >/dev/null || cargo install --locked cargo-cyclonedx@0.5.9
	cargo cyclonedx --format json --spec-version 1.5 --override-filename hygeia.cdx

rootfs: build ## Make the folder that an image is made of, in target/rootfs
	rm -rf target/rootfs
	tools/rootfs target/release/hygeia target/rootfs

openapi: ## Write the OpenAPI documents of all surfaces to openapi/
	cargo run --locked -- openapi --out openapi

set-up: ## Install Postgres, ONNX Runtime and model files where they are missing
	@tools/set-up
