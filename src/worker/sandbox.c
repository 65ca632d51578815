/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Debian 12's kernel headers know less of Landlock than its kernels do, so the constants are here
 * and the kernel is asked for its ABI (https://docs.kernel.org/userspace-api/landlock.html).
 */
#include "worker/sandbox.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "config.h"

/* --- Landlock */

#define LANDLOCK_CREATE_RULESET_VERSION_FLAG 1U
#define LANDLOCK_RULE_BENEATH 1
#define FS_EXECUTE (1ULL << 0)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)

struct ruleset {
	uint64_t handled_fs;
	uint64_t handled_net;
	uint64_t scoped;
};

struct beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

/* What each ABI can forbid, all of which is forbidden. */
static const struct {
	uint64_t fs_bits, net_bits, scope_bits;
	size_t size; /* of struct ruleset, as that ABI knows it */
} abis[] = {
	{13, 0, 0, 8},  /* 1: files and directories */
	{14, 0, 0, 8},  /* 2: refer */
	{15, 0, 0, 8},  /* 3: truncate */
	{15, 2, 0, 16}, /* 4: TCP bind and connect */
	{16, 2, 0, 16}, /* 5: ioctl on devices */
	{16, 2, 2, 24}, /* 6: abstract unix sockets, signals */
};

static uint64_t bits(uint64_t n)
{
	return ((uint64_t)1 << n) - 1;
}

static void allow(int ruleset, const char *path)
{
	struct beneath beneath = {FS_EXECUTE | FS_READ_FILE | FS_READ_DIR,
		open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)};

	if (beneath.parent < 0)
		return;
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_BENEATH, &beneath, 0);
	close(beneath.parent);
}

/*
 * The C library loads its character sets from gconv/ beside it, and the libraries that these need
 * from there too.
 */
static void allow_gconv(int ruleset)
{
	Dl_info info;
	const char *set = g_getenv("GCONV_PATH");

	if (dladdr((void *)(uintptr_t)iconv_open, &info) && info.dli_fname) {
		g_autofree char *directory = g_path_get_dirname(info.dli_fname);
		g_autofree char *gconv = g_build_filename(directory, "gconv", NULL);
		g_autofree char *usr =
			g_strconcat("/usr", gconv, NULL); /* where /lib is no link to /usr/lib */

		allow(ruleset, gconv);
		allow(ruleset, usr);
	}
	if (set && g_path_is_absolute(set) && !strchr(set, ':'))
		allow(ruleset, set);
}

static bool enter_landlock(void)
{
	long abi =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION_FLAG);
	struct ruleset rules;
	size_t best;
	int fd;
	bool done;

	if (abi < 1)
		return false;
	best = MIN((size_t)abi, G_N_ELEMENTS(abis)) - 1;
	rules = (struct ruleset){
		bits(abis[best].fs_bits), bits(abis[best].net_bits), bits(abis[best].scope_bits)};
	fd = (int)syscall(SYS_landlock_create_ruleset, &rules, abis[best].size, 0);
	if (fd < 0)
		return false;
	allow_gconv(fd);
	done = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	close(fd);
	return done;
}

/* --- seccomp */

/*
 * What the C library, GLib, GMime and PCRE2 do between a frame and its answer. All else fails with
 * EPERM.
 */
static const char calls[] =
	"read readv pread64 recvmsg recvfrom write writev sendmsg sendto close poll ppoll lseek "
	"fcntl "
	"fstat newfstatat statx stat access faccessat readlink readlinkat getdents64 "
	"mmap munmap mremap mprotect madvise brk futex membarrier "
	"sched_yield sched_getaffinity getrandom clock_gettime gettimeofday time setitimer "
	"getrusage "
	"getpid gettid rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall "
	"exit exit_group";

static bool add_rules(scmp_filter_ctx filter)
{
	g_auto(GStrv) names = g_strsplit(calls, " ", -1);

	/* A call that this machine does not have needs no rule. */
	for (char **name = names; *name; name++) {
		int call = seccomp_syscall_resolve_name(*name);

		if (call != __NR_SCMP_ERROR &&
			seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) < 0)
			return false;
	}
	/* A signal is for itself alone (abort): only newer kernels' Landlock sees to that too. */
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())) < 0)
		return false;
	/* Opening is for reading alone; Landlock says what. */
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
		       SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
		       SCMP_A1(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)) == 0;
}

static bool enter_seccomp(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool done = filter && add_rules(filter) && seccomp_load(filter) == 0;

	if (filter)
		seccomp_release(filter);
	return done;
}

/* --- limits */

static void limit(__rlimit_resource_t what, rlim_t value)
{
	struct rlimit limits = {value, value};

	setrlimit(what, &limits);
}

static void enter_limits(void)
{
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_CORE, 0);
#ifndef NIXIE_SANITIZED
	limit(RLIMIT_AS, (rlim_t)2 << 30);
#endif
}

/* The clock is wound up once a second, not for each of the many that take no time. */
void sandbox_next_message(gint64 now)
{
	static gint64 wound;
	const struct itimerval time = {{0, 0}, {SANDBOX_CPU_SECONDS + 1, 0}};

	if (wound && now - wound < G_USEC_PER_SEC)
		return;
	wound = now;
	setitimer(ITIMER_PROF, &time, NULL);
}

char *sandbox_enter(void)
{
	bool landlock, seccomp;

	enter_limits();
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	landlock = enter_landlock();
	seccomp = enter_seccomp();
	return g_strconcat(seccomp ? "seccomp" : "", seccomp && landlock ? ", " : "",
		landlock ? "landlock" : "", NULL);
}
