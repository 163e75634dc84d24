# Every target may be run again; the second time is quick. CONTRIBUTING.md describes each step.
.DEFAULT_GOAL := help
.PHONY: help demo test test-full fuzz lint docs pkg compat sbom bench count quality admin setup clean
SHELL := /bin/bash
RUN := scripts/run.sh

define LINT
$(RUN) cargo fmt --check
$(RUN) cargo clippy --locked --workspace --all-targets -- -D warnings
$(RUN) cargo clippy --locked --workspace --lib --target wasm32-unknown-unknown -- -D warnings
$(RUN) cargo clippy --locked --lib --no-default-features --target wasm32-unknown-unknown -- -D warnings
$(RUN) tsc -p pkg
$(RUN) tsc -p .
$(RUN) typedoc --emit none
$(RUN) node scripts/lint-packages.mjs
endef

help: ## list the targets | 列出全部目标
	@echo 'nextpick: make TARGET | 用法：make 目标'
	@awk -F ':.*## | \\| ' '/^[a-z-]+:.*## /{printf "  %-9s %s\n            %s\n", $$1, $$2, $$3}' Makefile

demo: ## show decisions for the sample; needs only Node >= 20.19 | 展示示例数据的决定，只需 Node >= 20.19
	@node sample/demo.mjs

test: ## install missing tools, lint, run every suite | 补装缺少的工具，静态检查，运行全部测试
	@scripts/setup.sh
	$(LINT)
	$(RUN) cargo test --locked --workspace
	scripts/node-tests.sh tests/node tests/store tests/cli tests/package tests/hosts tests/fuzz tests/browser

test-full: export FULL := 1
test-full: export KILLS := 200
test-full: test ## also run the long tests: a million requests on Spark, 200 kills of the store, wechaty, 400,000 fuzzed calls | 另外运行耗时的测试：Spark 上一百万个请求、强制终止存储进程 200 次、wechaty、40 万次模糊测试调用

fuzz: export FUZZ_INPUTS ?= 3000000
fuzz: export FUZZ_SEED := $(or $(FUZZ_SEED),$(shell date +%s))
fuzz: FUZZ_SECONDS ?= 300
fuzz: ## fuzz all entry points (FUZZ_INPUTS calls), then natively by coverage (FUZZ_SECONDS a target) | 模糊测试：所有入口，再按覆盖率测试原生代码
	@scripts/setup.sh rust npm fuzz
	@echo "seed $(FUZZ_SEED)"
	$(RUN) node --test --test-reporter=spec tests/fuzz/fuzz.test.mjs
	$(RUN) node fuzz/seeds.mjs
	for target in snapshot model json columns; do scripts/fuzz.sh $$target $(FUZZ_SECONDS) || exit 1; done

lint: ## formatting, clippy (native and wasm), types, doc comments, packages | 检查格式、clippy（本机与 wasm）、类型、文档注释和各个包
	@scripts/setup.sh rust npm
	$(LINT)

docs: ## write the API reference of the JavaScript package to build/docs | 生成 JavaScript 包的 API 参考，写入 build/docs
	@scripts/setup.sh npm
	$(RUN) typedoc

pkg: ## build pkg/wasm, the same bytes on every machine | 构建 pkg/wasm，任何机器上字节一致
	@scripts/setup.sh rust npm wasm
	scripts/build-wasm.sh

compat: ## test the package in every tool of docs/compatibility.md (ONLY=TEXT), and write its table | 在 docs/compatibility.md 列出的每个工具中测试本包（ONLY=文字），并更新表格
	@scripts/setup.sh npm chromium
	$(RUN) npm run compat -- --write $(if $(ONLY),--only '$(ONLY)')

sbom: ## list the contents of the packages as CycloneDX in build/sbom | 以 CycloneDX 列出各包的组成，写入 build/sbom
	@scripts/setup.sh rust npm
	$(RUN) node scripts/sbom.mjs

bench: ## speed compared with rivals and an older package (RIVALS=DIR BEFORE=DIR PYTHON=PATH); poisoning, manipulation; decisions with known truth | 与同类库和旧版本比较速度（RIVALS=目录 BEFORE=目录 PYTHON=路径）；投毒、刷量；已知真值下的决策质量
	@scripts/setup.sh npm
	$(RUN) node benches/run.mjs $(if $(RIVALS),--rivals $(RIVALS)) $(if $(BEFORE),--before $(BEFORE))
	$(RUN) node benches/ready.mjs $(if $(RIVALS),--rivals $(RIVALS))
	$(RUN) node benches/ready.mjs --image $(if $(RIVALS),--rivals $(RIVALS))
	$(RUN) node benches/live.mjs $(if $(BEFORE),--before $(BEFORE))
	for path in $(wildcard benches/batch-paired.mjs); do $(RUN) node $$path $(if $(BEFORE),--before $(BEFORE)) $(if $(PYTHON),--python $(PYTHON)); done
	for name in poison manipulation accept due updates serve; do $(RUN) node benches/$$name.mjs; done
	$(RUN) node benches/value.mjs --moments 1 --weeks 0

count: ## count instructions of the paths in benches/count and compare them with benches/count.json | 统计 benches/count 各路径的指令数，并与 benches/count.json 比较
	@scripts/setup.sh rust valgrind
	scripts/count.sh

quality: ## measure the quality of decisions on real logs (DATA=DIR) and in simulations with known truth | 用真实日志（DATA=目录）和已知真值的模拟数据衡量决策质量
	$(RUN) node benches/quality.mjs --data '$(DATA)'
	$(RUN) node benches/value.mjs --page benches/QUALITY.md

admin: ## build the admin page and serve it on this machine | 构建并在本机打开管理页面
	@scripts/setup.sh npm
	$(RUN) npm run -w www admin

setup: ## install missing tools and list the installed ones | 安装缺少的工具，并列出已安装的
	@scripts/setup.sh

clean: ## remove build output, keep installed tools | 删除构建产物，保留已安装的工具
	rm -rf target build www/dist fuzz/target
