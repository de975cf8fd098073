/* What a clock tells: when something happened, and what the hooks themselves take. */
#include <time.h>

static APART PyObject *now(void) /* what time.perf_counter_ns gives */
{
#ifdef __linux__
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return PyLong_FromLongLong((long long)t.tv_sec * 1000000000LL + t.tv_nsec);
#else
    return PyObject_CallNoArgs(G.clock);
#endif
}

/* The first 32 records, then one in 128, are measured by the thread's CPU clock, which takes half a record. */
enum { RARELY = 127 }; /* a mask */
static struct { long long records, first, first_ns, halves, ns; } meter;

static long long thread_cpu(void)
{
#ifdef CLOCK_THREAD_CPUTIME_ID
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (long long)t.tv_sec * 1000000000LL + t.tv_nsec;
#else
    return 0;
#endif
}

/* When the measured part of a hook began, put off by what reading the clock takes; 0 for those that aren't measured. */
static long long begun(void)
{
    if (meter.first && meter.records & RARELY)
        return 0;
    long long first = thread_cpu(), second = thread_cpu();
    return second + (second - first);
}

static void sample(long long began)
{
    if (began) {
        long long ns = thread_cpu() - began;
        meter.halves++;
        meter.ns += ns > 0 ? ns : 0;
        if (!meter.first && meter.halves >= 64) {
            meter.first = meter.records, meter.first_ns = meter.ns;
            meter.halves = meter.ns = 0;
        }
    }
}
