"""Measures one call in this process: time, processor time, peak of memory."""

import json
import resource
import time


def memory(name):
    """A number of KiB from the kernel: VmRSS or its peak, VmHWM."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(name):
                return int(line.split()[1])
    raise RuntimeError(f"no {name} in /proc/self/status")


def forget_peak():
    """Lets VmHWM begin anew at what is in use now."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:
        refs.write("5")


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def measure(call, answer_of):
    """Prints what call() took and, as "answer", answer_of(its result)."""
    forget_peak()
    before = memory("VmRSS")
    cpu = processor_seconds()
    start = time.perf_counter()
    result = call()
    seconds = time.perf_counter() - start
    cpu = processor_seconds() - cpu
    growth = (memory("VmHWM") - before) / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mib": growth,
                      "answer": answer_of(result)}))
