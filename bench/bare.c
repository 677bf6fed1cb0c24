/* bare PORT: libmicrohttpd with nothing behind it, a page of 1,500 bytes from memory: the floor of everything over HTTP. */
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_BYTES = 1500 };

static enum MHD_Result answer(void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_bytes, void **context)
{
	static char page[PAGE_BYTES];
	(void)data; (void)url; (void)method; (void)version; (void)upload; (void)upload_bytes;
	if (!*context) {
		*context = page;
		return MHD_YES;
	}
	struct MHD_Response *response = MHD_create_response_from_buffer(PAGE_BYTES, page, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

int main(int argc, char **argv)
{
	int number;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)(argc > 1 ? atoi(argv[1]) : 0), NULL, NULL,
	    answer, NULL, MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_END);
	if (!daemon) return 3;
	sigwait(&set, &number);
	MHD_stop_daemon(daemon);
	return 0;
}
