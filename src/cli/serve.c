/* unionhall serve: the hall over HTTP until it is told to stop. */
#include "cli/cli.h"
#include "cli/supervisor.h"
#include "web/web.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static bool read_port(const struct call *call, uint16_t *out_port)
{
	int64_t port = 8080;
	const char *given = call_option(call, "--port");
	if (given && (!str_to_i64(str_from_c(given), &port) || port < 0 || port > 65535)) return false;
	*out_port = (uint16_t)port;
	return true;
}

/* SIGTERM and SIGINT stop it; blocked before any thread begins, so that only this one waits for them. */
static sigset_t stop_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return set;
}

/* Between two looks: the service manager is told that we live, a demo's clock is written down. */
static int64_t pause_of(const struct web_options *options)
{
	int64_t watchdog_ms = supervisor_watchdog_ms(), keep_ms = options->demo ? DEMO_KEEP_MS / 2 : 0;
	if (watchdog_ms == 0 || keep_ms == 0) return watchdog_ms + keep_ms;
	return watchdog_ms < keep_ms ? watchdog_ms : keep_ms;
}

static void serve_until_stopped(const struct web *web, const struct web_options *options, const sigset_t *signals)
{
	int64_t pause_ms = pause_of(options);
	struct timespec pause = { .tv_sec = pause_ms / 1000, .tv_nsec = pause_ms % 1000 * 1000000 };
	fprintf(stderr, "The hall is open at %s://%s:%u/\n", options->tls_certificate ? "https" : "http", options->host, web_port(web));
	if (options->demo) print_demo_doors(options->host, web_port(web));
	supervisor_tell("READY=1");
	while (pause_ms ? sigtimedwait(signals, NULL, &pause) < 0 : sigwaitinfo(signals, NULL) < 0) {
		if (pause_ms) supervisor_tell("WATCHDOG=1");
		if (options->demo) (void)failed(demo_clock_keep(options->demo_clock));   /* a full disk: the next time again */
	}
	supervisor_tell("STOPPING=1");
	fprintf(stderr, "Closing: what was begun ends, nothing new begins.\n");
}

/* Says what is wrong and returns false when this is no demo hall, or somebody else has it open. */
static bool open_demo_clock(const struct call *call, struct demo_clock **out_clock)
{
	struct err err = demo_clock_open(call_places(call).hall, out_clock);
	if (!failed(err)) return true;
	const char *why = err_is(err, ERR_NOT_FOUND) ? "is no demo hall; `unionhall demo-hall` makes one"
	                  : err_is(err, ERR_BUSY)    ? "is open already, in another process"
	                                             : err_words(err);
	fprintf(stderr, "%s %s\n", call_places(call).hall, why);
	return false;
}

int run_serve(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct hall *hall;
	struct web *web = NULL;
	struct hall_watch *watch = NULL;
	struct configuration configuration;
	struct web_options options = { .host = call_option(call, "--host") ? call_option(call, "--host") : "127.0.0.1",
		.listen_fd = supervisor_socket(),
		.public_url = call_str(call, "--public-url"),
		.tls_certificate = call_option(call, "--tls-certificate"),
		.tls_key = call_option(call, "--tls-key"),
		.trust_proxy = call_option(call, "--trust-proxy") != NULL,
		.demo = call_option(call, "--demo") != NULL,
		.logger = &call->logger };
	if (!read_port(call, &options.port)) return usage(call, "--port is a number from 0 to 65535");
	if ((options.tls_certificate != NULL) != (options.tls_key != NULL)) return usage(call, "--tls-certificate and --tls-key go together");
	sigset_t signals = stop_signals();
	if (options.demo && !open_demo_clock(call, &options.demo_clock)) return EXIT_CHECK_FAILED;
	struct err err = configuration_load(call->arena, call_places(call).hall, &report, &configuration);
	if (failed(err)) {
		said.report = report;
		return finish(&said, err);
	}
	struct clock clock = options.demo ? demo_clock_face(options.demo_clock) : clock_system();
	if (!open_hall_with(call, clock, &hall)) return EXIT_CHECK_FAILED;
	options.hall = hall;
	configuration.sms.demo = options.demo && configuration.sms.url.len == 0;
	struct hall_watch_options watching = { .hall = hall, .logger = &call->logger, .gateway = &configuration.sms };
	struct errand_options errands = { .hall = hall, .logger = &call->logger, .backup_hour = configuration.backup.hour,
		.backup_keep = configuration.backup.keep };
	err = hall_watch_start(&watching, &watch);
	options.watch = watch;
	if (!failed(err)) err = errands_start(&errands);
	if (!failed(err)) err = web_start(&options, &report, &web);
	if (!failed(err)) serve_until_stopped(web, &options, &signals);
	web_stop(web);
	hall_watch_stop(watch);
	hall_close(hall);
	demo_clock_close(options.demo_clock);
	said.report = report;
	return finish(&said, err);
}
