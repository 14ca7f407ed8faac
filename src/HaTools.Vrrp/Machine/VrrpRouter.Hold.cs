namespace HaTools.Vrrp;

/// <summary>
/// A host that is not ready to take traffic over from a master that lives: it does not know that master's connections yet, say, or its own real servers. Nobody loses
/// anything if it waits; nobody is served if it waits for a dead one. So a unit of which a member is held follows a lower master as under <c>preempt_delay</c>, and
/// takes over from silence as ever. Nor does it begin as master: it listens first. An owner that is deaf by configuration (<c>owner_ignore_adverts</c>) hears only silence.
/// </summary>
internal sealed partial class VrrpRouter
{
    /// <summary>The host says whether it is held from now on, before the start too. A new instance is not.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="isHeld">Whether it leaves a lower master in place.</param>
    /// <param name="now">Now.</param>
    public void OnHold(int instance, bool isHeld, long now)
    {
        RouterInstance i = instances[instance];
        if (i.IsHeld == isHeld) return;
        i.IsHeld = isHeld;
        if (!isHeld) return;
        foreach (int member in i.Settings.Unit)
        {
            // An owner in the delay at the start meant to wait for nobody.
            RouterInstance m = instances[member];
            if (m is not { State: VrrpStateKind.Backup, Wait: DownWait.Nothing, HasExpired: false }) continue;
            m.Wait = DownWait.Full;
            RescheduleDownTimer(member, now);
        }
    }

    private bool IsHeld(ReadOnlySpan<int> unit)
    {
        foreach (int member in unit)
        {
            if (instances[member] is { IsHeld: true, Retired: false }) return true;
        }

        return false;
    }
}
