/* Where a demo hall is entered: addresses, accounts, where codes arrive. */
#include "cli/cli.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

/* The machine's own addresses, for a phone in the same network. */
static void print_addresses(unsigned port)
{
	struct ifaddrs *all;
	char text[INET_ADDRSTRLEN];
	if (getifaddrs(&all) != 0) return;
	for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
		if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET || (one->ifa_flags & IFF_LOOPBACK) ||
		    !(one->ifa_flags & IFF_UP))
			continue;
		const struct sockaddr_in *address = (const struct sockaddr_in *)(const void *)one->ifa_addr;
		if (inet_ntop(AF_INET, &address->sin_addr, text, sizeof text))
			fprintf(stderr, "  on a phone in the same network: http://%s:%u/demo\n", text, port);
	}
	freeifaddrs(all);
}

void print_demo_doors(const char *host, unsigned port)
{
	bool everywhere = strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
	const char *here = everywhere ? "127.0.0.1" : host;
	fprintf(stderr,
	    "  start here, one tap for each person: http://%s:%u/demo\n"
	    "  texts and codes that arrived:        http://%s:%u/demo/messages\n",
	    here, port, here, port);
	if (everywhere) print_addresses(port);
	else fprintf(stderr, "  on a phone in the same network: stop this, then HOST=0.0.0.0 make demo\n");
	fprintf(stderr,
	    "  workers sign in with any mobile number of eleven digits, the code arrives on the page above;\n"
	    "  staff at /staff/sign-in with 13900001101 (clerk), -02 lead, -03 leader, -04 administrator, -05 operator, -07 "
	    "auditor,\n"
	    "  password demo-hall-2022, the authenticator's code stands on the page above.\n"
	    "People and cases are made up. Ctrl-C closes the hall; `make demo` goes on, `make demo-reset` begins anew.\n");
}
