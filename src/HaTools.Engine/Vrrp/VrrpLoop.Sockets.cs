using HaTools.Linux;

namespace HaTools.Engine.Vrrp;

/// <summary>The sockets of the interfaces: opened, listened to, closed.</summary>
internal sealed partial class VrrpLoop
{
    /// <summary>Opens the sockets that an interface needs; what fails is told once, and tried again.</summary>
    private void OpenSockets(HostedInterface carrier, long now)
    {
        if (carrier.Index == 0) return;
        foreach (HostedSocket hosted in carrier.Sockets)
        {
            if (hosted.IsUsed) Open(hosted, now);
        }
    }

    private void Open(HostedSocket hosted, long now)
    {
        hosted.ReopenAt = long.MaxValue;
        try
        {
            hosted.Open(plan.Configuration.Configuration.LogUnknownVirtualRouters);
            hosted.OpenError = hosted.Failures = 0;
            Listen(hosted);
            TellOfRepeats(hosted);
        }
        catch (LinuxException e)
        {
            // It may be gone again already, which the next notification tells; anything else the event does. Without a socket the instances
            // stay in fault.
            Close(hosted);
            if (e.Errno != hosted.OpenError) TellSocketFailed(hosted, e.Errno);
            hosted.OpenError = e.Errno;
            hosted.ReopenAt = now + Backoff.Usual(++hosted.Failures);
            effects.Expect(hosted.Carrier);
        }
    }

    private void Listen(HostedSocket hosted)
    {
        if (hosted.Socket is not { } socket || hosted.Token != 0) return;
        hosted.Token = lastToken++;
        epoll.Add(socket.Handle, hosted.Token, Libc.EPOLLIN);
        listening.Add(hosted.Token, hosted);
    }

    private void Close(HostedSocket hosted)
    {
        if (hosted.Token != 0)
        {
            epoll.Remove(hosted.Socket!.Handle);
            listening.Remove(hosted.Token);
            hosted.Token = 0;
        }

        hosted.Close();
    }

    private void CloseUnused(HostedInterface carrier)
    {
        foreach (HostedSocket hosted in carrier.Sockets)
        {
            if (!hosted.IsUsed) Close(hosted);
        }
    }
}
