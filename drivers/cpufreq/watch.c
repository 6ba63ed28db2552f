// SPDX-License-Identifier: GPL-2.0-only
/*
 * A look at what the host wrote, where it is safe to act on it: once a second, which
 * an idle guest does not wake up for, and soon after a request found something new.
 */
#include "vcpufreq.h"

#define VCPUFREQ_WATCH_PERIOD	HZ
/* A host that changes its mind all the time is not followed faster than this. */
#define VCPUFREQ_WATCH_SOON	(HZ / 100)

static void vcpufreq_watch_work(struct work_struct *work)
{
	struct vcpufreq_device *vdev = container_of(to_delayed_work(work),
						    struct vcpufreq_device, watch);

	/* What is kicked for from here on will be looked at again. */
	xchg(&vdev->kicked, false);

	vcpufreq_renew_check(vdev);
	/* A ceiling that is a lie retires the records, and is lifted then. */
	vcpufreq_ceiling_update(vdev);
	if (READ_ONCE(vdev->fault)) {
		vcpufreq_record_retire(vdev);
		vcpufreq_ceiling_update(vdev);
		return;
	}

	if (READ_ONCE(vdev->watching))
		queue_delayed_work(system_freezable_wq, &vdev->watch,
				   VCPUFREQ_WATCH_PERIOD);
}

static void vcpufreq_watch_irq(struct irq_work *kick)
{
	struct vcpufreq_device *vdev = container_of(kick, struct vcpufreq_device, kick);

	if (READ_ONCE(vdev->watching))
		mod_delayed_work(system_freezable_wq, &vdev->watch,
				 VCPUFREQ_WATCH_SOON);
}

/**
 * vcpufreq_watch_kick - look soon
 * @vdev: the device
 *
 * Any context, the scheduler's locks included.
 */
void vcpufreq_watch_kick(struct vcpufreq_device *vdev)
{
	/* Once: a kick at every request would put the work off for ever. */
	if (READ_ONCE(vdev->watching) && !READ_ONCE(vdev->kicked) &&
	    !xchg(&vdev->kicked, true))
		irq_work_queue(&vdev->kick);
}

static void vcpufreq_watch_exit(void *data)
{
	struct vcpufreq_device *vdev = data;

	WRITE_ONCE(vdev->watching, false);
	irq_work_sync(&vdev->kick);
	cancel_delayed_work_sync(&vdev->watch);
}

/**
 * vcpufreq_watch_init - begin to look
 * @vdev: the device
 *
 * Return: 0 or an error.
 */
int vcpufreq_watch_init(struct vcpufreq_device *vdev)
{
	if (!vdev->records)
		return 0;

	init_irq_work(&vdev->kick, vcpufreq_watch_irq);
	INIT_DEFERRABLE_WORK(&vdev->watch, vcpufreq_watch_work);
	WRITE_ONCE(vdev->watching, true);
	queue_delayed_work(system_freezable_wq, &vdev->watch, 0);

	return devm_add_action_or_reset(vdev->dev, vcpufreq_watch_exit, vdev);
}
