#include "kannel_stand.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOG_BYTES_MAX = 16 << 20, POLL_NS = 10000000 };

/* ---- sockets ----------------------------------------------------------------------------------------------------- */

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
}

/* Below the ports that the kernel gives to outgoing connections: one of those could be taken again before Kannel binds it. */
int stand_listen(int *out_port)
{
	enum { PORT_FIRST = 10000, PORT_COUNT = 20000, TRIES_MAX = 1000 };
	for (int i = 0; i < TRIES_MAX; i++) {
		uint32_t chance;
		rand_fill(rand_system(), &chance, sizeof chance);
		int port = PORT_FIRST + (int)(chance % PORT_COUNT);
		struct sockaddr_in address = loopback(port);
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 64) == 0) {
			*out_port = port;
			return fd;
		}
		close(fd);
	}
	abort();
}

static int connect_to(int port)
{
	struct sockaddr_in address = loopback(port);
	struct timeval timeout = { 5, 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
	close(fd);
	return -1;
}

static void write_all(int fd, const char *bytes, size_t len)
{
	for (ssize_t did; len > 0 && (did = send(fd, bytes, len, MSG_NOSIGNAL)) > 0; bytes += did) len -= (size_t)did;
}

/* Until the other side closes, or until `stop` has come. */
static size_t read_until(int fd, char *bytes, size_t room, const char *stop)
{
	size_t len = 0;
	for (ssize_t got; len + 1 < room && (got = recv(fd, bytes + len, room - len - 1, 0)) > 0;) {
		len += (size_t)got;
		bytes[len] = 0;
		if (stop && strstr(bytes, stop)) break;
	}
	bytes[len] = 0;
	return len;
}

/* Loopback of our own: fixed by nobody, seen by nobody (the fake SMSC's port listens on every address). Without the right
 * to have one the host's loopback does. */
static void own_network(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	if (unshare(CLONE_NEWNET) != 0) return;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (ioctl(fd, SIOCSIFFLAGS, &request) != 0) abort();
	close(fd);
}

bool stand_wait(bool (*is)(void *data), void *data)
{
	int64_t until_us = clock_monotonic_us() + STAND_WAIT_S * INT64_C(1000000);
	while (!is(data)) {
		if (clock_monotonic_us() > until_us) return false;
		nanosleep(&(struct timespec){ 0, POLL_NS }, NULL);
	}
	return true;
}

/* ---- the listener -------------------------------------------------------------------------------------------------- */

static void answer(int fd, int status, const char *words, const char *connection)
{
	char text[512];
	int len = snprintf(text, sizeof text,
	    "HTTP/1.1 %d X\r\nConnection: %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s", status, connection,
	    strlen(words), words);
	write_all(fd, text, (size_t)len);
}

static int take_report(struct stand *stand, const char *query)
{
	struct stand_report report = { 0 };
	int status = 400, type;
	if (sscanf(query, "id=%31[^&]&key=%63[^&]&type=%d", report.id, report.key, &type) != 3) return status;
	report.type = type;
	pthread_mutex_lock(&stand->lock);
	stand->turned_away += !stand->hall;
	if (!stand->hall) status = 503;
	else {
		if (stand->report_count < STAND_REPORT_COUNT_MAX) stand->reports[stand->report_count++] = report;
		status =
		    stand->hold ? 200 : err_http_status(notice_report(stand->hall, str_from_c(report.id), str_from_c(report.key), type));
	}
	pthread_mutex_unlock(&stand->lock);
	return status;
}

static bool has_victim(void *data)
{
	struct stand *stand = data;
	pthread_mutex_lock(&stand->lock);
	bool has = stand->victim != 0;
	pthread_mutex_unlock(&stand->lock);
	return has;
}

/* Smsbox has the message and its answer is here; what the asker gets to know of it is another matter. True: the asker may
 * ask again on this connection, as HTTP/1.1 allows. */
static bool stand_between(struct stand *stand, int fd, size_t len)
{
	int status = 0, box = connect_to(stand->port_send);
	if (box < 0) return false;
	write_all(box, stand->request, len - 2);
	write_all(box, "Connection: close\r\n\r\n", 21);
	read_until(box, stand->reply, sizeof stand->reply, NULL);
	close(box);
	const char *words = strstr(stand->reply, "\r\n\r\n");
	bool message = strstr(stand->request, "&to=") != NULL;
	pthread_mutex_lock(&stand->lock);
	enum stand_between between = message && stand->between_first-- <= 1 ? stand->between : BETWEEN_PASS;
	stand->asked += message;
	pthread_mutex_unlock(&stand->lock);
	if (between == BETWEEN_KILL && stand_wait(has_victim, stand)) kill(stand->victim, SIGKILL);
	if (between != BETWEEN_PASS || !words || sscanf(stand->reply, "HTTP/%*d.%*d %d", &status) != 1) return false;
	answer(fd, status, words + 4, "keep-alive");
	return true;
}

static bool serve(struct stand *stand, int fd)
{
	const char *request = stand->request;
	size_t len = read_until(fd, stand->request, sizeof stand->request, "\r\n\r\n");
	if (len == 0) return false;
	if (strncmp(request, "GET /cgi-bin/sendsms?", 21) == 0) return stand_between(stand, fd, len);
	if (strncmp(request, "GET /report?", 12) == 0) answer(fd, take_report(stand, request + 12), "", "close");
	else if (strncmp(request, "GET /network", 12) == 0) answer(fd, 403, "no such subscriber", "close");
	else answer(fd, 404, "", "close");
	return false;
}

static void *listen_for_ever(void *data)
{
	struct stand *stand = data;
	for (;;) {
		int fd = accept4(stand->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0) return NULL;
		struct timeval timeout = { 5, 0 };
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
		while (serve(stand, fd)) {}
		close(fd);
	}
}

void stand_serve(struct stand *stand, struct hall *hall, bool hold)
{
	pthread_mutex_lock(&stand->lock);
	stand->hall = hall;
	stand->hold = hold;
	pthread_mutex_unlock(&stand->lock);
}

/* ---- Kannel -------------------------------------------------------------------------------------------------------- */

static const char configuration[] =
    "group = core\nadmin-port = %d\nadmin-interface = 127.0.0.1\nadmin-password = a\nsmsbox-port = %d\nsmsbox-interface = "
    "127.0.0.1\n"
    "box-allow-ip = 127.0.0.1\ndlr-storage = internal\nstore-type = spool\nstore-location = \"%s/spool\"\n\n"
    "group = smsc\nsmsc = fake\nsmsc-id = FAKE\nport = %d\nhost = 127.0.0.1\nconnect-allow-ip = 127.0.0.1\n"
    "denied-prefix = \"138\"\n\n"
    "group = smsc\nsmsc = http\nsmsc-id = WEB\nsystem-type = kannel\nsend-url = \"http://127.0.0.1:%d/network\"\nport = %d\n"
    "connect-allow-ip = 127.0.0.1\nsmsc-username = a\nsmsc-password = a\nallowed-prefix = \"138\"\n\n"
    "group = smsbox\nbearerbox-host = 127.0.0.1\nbearerbox-port = %d\nsendsms-port = %d\nsendsms-interface = 127.0.0.1\n"
    "http-request-retry = 60\nhttp-queue-delay = 1\n\n"
    "group = sendsms-user\nusername = hall\npassword = \"s3cret-wörd&\"\nblack-list-regex = \"^137\"\nmax-messages = "
    "10\nconcatenation = true\n\n"
    "group = sms-service\nkeyword = default\ntext = \"\"\nmax-messages = 0\n";

static const char *path_in(struct stand *stand, struct arena *arena, const char *name)
{
	return str_to_c(arena, str_printf(arena, "%s/%s", stand->folder, name));
}

pid_t stand_start(struct stand *stand, const char *log_name, const char *const *arguments)
{
	struct arena arena = { 0 };
	const char *log = path_in(stand, &arena, log_name);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0) _exit(3);
		execvp(arguments[0], (char *const *)(uintptr_t)arguments);
		_exit(3);
	}
	arena_done(&arena);
	return pid;
}

static bool is_gone(void *data) { return waitpid(*(pid_t *)data, NULL, WNOHANG) != 0; }

void stand_stop(pid_t *pid)
{
	if (*pid <= 0) return;
	kill(*pid, SIGTERM);
	if (!stand_wait(is_gone, pid)) {
		kill(*pid, SIGKILL);
		waitpid(*pid, NULL, 0);
	}
	*pid = 0;
}

struct status_wait {
	struct stand *stand;
	const char *words;
};

/* The status page is Kannel's own word for being ready. */
static bool status_says(void *data)
{
	static const char question[] = "GET /status.txt?password=a HTTP/1.0\r\n\r\n";
	struct status_wait *wait = data;
	char page[8192];
	int fd = connect_to(wait->stand->port_admin);
	if (fd < 0) return false;
	write_all(fd, question, sizeof question - 1);
	read_until(fd, page, sizeof page, NULL);
	close(fd);
	return strstr(page, wait->words) != NULL;
}

static bool smsbox_listens(void *data)
{
	int fd = connect_to(((struct stand *)data)->port_send);
	if (fd >= 0) close(fd);
	return fd >= 0;
}

static bool wait_status(struct stand *stand, const char *words)
{
	return stand_wait(status_says, &(struct status_wait){ stand, words });
}

bool stand_smsbox_start(struct stand *stand)
{
	struct arena arena = { 0 };
	stand->smsbox = stand_start(
	    stand, "smsbox.log", (const char *const[]){ "smsbox", "-v", "0", path_in(stand, &arena, "kannel.conf"), NULL });
	arena_done(&arena);
	return wait_status(stand, "smsbox:") && stand_wait(smsbox_listens, stand);
}

void stand_smsbox_stop(struct stand *stand) { stand_stop(&stand->smsbox); }

static bool start_kannel(struct stand *stand, struct arena *arena)
{
	char port[16], online[64];
	stand->bearerbox = stand_start(
	    stand, "bearerbox.log", (const char *const[]){ "bearerbox", "-v", "0", path_in(stand, arena, "kannel.conf"), NULL });
	if (!wait_status(stand, "Status: running") || !stand_smsbox_start(stand)) return false;
	snprintf(port, sizeof port, "%d", stand->port_fake);
	snprintf(online, sizeof online, "FAKE:%d (online", stand->port_fake);
	stand->fakesmsc = stand_start(stand, "fakesmsc.log",
	    (const char *const[]){ "/usr/lib/kannel/test/fakesmsc", "-H", "127.0.0.1", "-r", port, "-i", "0.1", "-m", "1",
	        "13900000000 12351 text hello", NULL });
	return wait_status(stand, online);
}

bool stand_open(struct stand *stand, const char *folder)
{
	struct arena arena = { 0 };
	int held[6], *ports[] = { &stand->port_admin, &stand->port_box, &stand->port_send, &stand->port_fake, &stand->port_web };
	stand->folder = folder;
	pthread_mutex_init(&stand->lock, NULL);
	own_network();
	for (size_t i = 0; i < 5; i++) held[i] = stand_listen(ports[i]);
	stand->listener = stand_listen(&stand->port_listen);
	for (size_t i = 0; i < 5; i++) close(held[i]);
	if (pthread_create(&stand->thread, NULL, listen_for_ever, stand) != 0) abort();
	struct str text = str_printf(&arena, configuration, stand->port_admin, stand->port_box, folder, stand->port_fake,
	    stand->port_listen, stand->port_web, stand->port_box, stand->port_send);
	bool good = !failed(folder_make(path_in(stand, &arena, "spool"))) &&
	    !failed(file_write(path_in(stand, &arena, "kannel.conf"), text, 0600)) && start_kannel(stand, &arena);
	if (!good) printf("Kannel does not start; its logs are in %s\n", folder);
	arena_done(&arena);
	return good;
}

void stand_close(struct stand *stand)
{
	stand_stop(&stand->fakesmsc);
	stand_stop(&stand->smsbox);
	stand_stop(&stand->bearerbox);
	shutdown(stand->listener, SHUT_RDWR);
	pthread_join(stand->thread, NULL);
	close(stand->listener);
	pthread_mutex_destroy(&stand->lock);
}

/* ---- what the phones got --------------------------------------------------------------------------------------------- */

static struct str utf16be(struct arena *arena, struct str text)
{
	struct buf buf = buf_make(arena, 1 << 16);
	uint32_t c;
	for (size_t at = 0; utf8_next(text, &at, &c);) {
		uint32_t units[2] = { c, 0 };
		if (c >= 0x10000) units[0] = 0xd800 + ((c - 0x10000) >> 10), units[1] = 0xdc00 + ((c - 0x10000) & 0x3ff);
		for (int i = 0; i < (c >= 0x10000 ? 2 : 1); i++) {
			buf_add_byte(&buf, (char)(units[i] >> 8));
			buf_add_byte(&buf, (char)units[i]);
		}
	}
	return buf_str(&buf);
}

static struct str percent_decoded(struct arena *arena, struct str text)
{
	struct buf buf = buf_make(arena, 1 << 16);
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i] == '+' ? ' ' : text.ptr[i];
		if (byte == '%' && str_from_hex(str_sub(text, i + 1, i + 3), &byte, 1)) i += 2;
		buf_add_byte(&buf, byte);
	}
	return buf_str(&buf);
}

/* `<12351 139... ucs-2 DATA>`, or `<12351 139... udh %05%00%03%REF%OF%NR data DATA>` for each part of a split one. */
size_t stand_received(struct stand *stand, struct arena *arena, struct str phone, struct str text, size_t *out_all)
{
	struct str log, line, to = str_printf(arena, "<12351 %.*s ", STR_ARG(phone)), wanted = utf16be(arena, text), parts = STR("");
	size_t found = 0, all = 0;
	if (failed(file_read(arena, path_in(stand, arena, "fakesmsc.log"), LOG_BYTES_MAX, &log))) return 0;
	while (str_split(&log, '\n', &line)) {
		ptrdiff_t at = str_find(line, to, 0);
		if (at < 0) continue;
		struct str rest = str_sub(line, (size_t)at + to.len, line.len), word, kind, udh = STR("");
		bool whole = str_split(&rest, ' ', &kind) && str_ends(rest, STR(">"));
		if (whole && str_eq_c(kind, "udh")) whole = str_split(&rest, ' ', &udh) && str_split(&rest, ' ', &word);
		if (!whole) continue; /* still being written */
		udh = percent_decoded(arena, udh);
		parts = str_join(
		    arena, udh.len == 6 && udh.ptr[5] > 1 ? parts : STR(""), percent_decoded(arena, str_sub(rest, 0, rest.len - 1)));
		if (udh.len == 6 && udh.ptr[4] != udh.ptr[5]) continue;
		all++;
		found += str_eq(parts, wanted);
	}
	if (out_all) *out_all = all;
	return found;
}
