// SPDX-License-Identifier: GPL-2.0
/*
 * Messages for the manager of services that has started this process: the protocol of
 * sd_notify(3), one datagram per message.
 */
#include <err.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "pvhost.h"

/* A path, or after "@" a name in the abstract namespace */
static bool read_address(struct sockaddr_un *address, socklen_t *len, const char *text)
{
	size_t size = strlen(text);

	if ((*text != '/' && *text != '@') || size >= sizeof(address->sun_path))
		return false;

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, text, size);
	if (*text == '@')
		address->sun_path[0] = '\0';
	/* All bytes of an abstract name count. */
	*len = offsetof(struct sockaddr_un, sun_path) + size + (*text == '/');
	return true;
}

/**
 * pvhost_notify - send a message to the manager, if there is one
 * @state: assignments, as "READY=1"
 */
void pvhost_notify(const char *state)
{
	const char *text = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t len;
	int fd;

	if (!text || !*text)
		return;
	if (!read_address(&address, &len, text)) {
		warnx("NOTIFY_SOCKET: \"%s\" is not the address of a socket", text);
		return;
	}

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
			     len) < 0)
		warn("NOTIFY_SOCKET: %s", text);
	if (fd >= 0)
		close(fd);
}
