#include "cli/supervisor.h"

#include "base/base.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_PASSED_FD = 3 };

void supervisor_tell(const char *message)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof address.sun_path) return;
	size_t len = strlen(path);
	memcpy(address.sun_path, path, len);
	if (path[0] == '@') address.sun_path[0] = '\0';   /* the abstract namespace */
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0) return;
	(void)!sendto(fd, message, strlen(message), MSG_NOSIGNAL, (struct sockaddr *)&address,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

/* Both variables may be meant for another process: then the pid says so. */
static bool is_for_us(const char *pid_variable)
{
	int64_t pid;
	struct str text = str_from_c(getenv(pid_variable));
	return text.len == 0 || (str_to_i64(text, &pid) && pid == getpid());
}

int64_t supervisor_watchdog_ms(void)
{
	int64_t us;
	if (!is_for_us("WATCHDOG_PID") || !str_to_i64(str_from_c(getenv("WATCHDOG_USEC")), &us) || us < 2000) return 0;
	return us / 2000;
}

int supervisor_socket(void)
{
	int64_t count;
	struct str text = str_from_c(getenv("LISTEN_PID"));
	if (text.len == 0 || !is_for_us("LISTEN_PID") || !str_to_i64(str_from_c(getenv("LISTEN_FDS")), &count) || count < 1) return -1;
	return FIRST_PASSED_FD;
}
