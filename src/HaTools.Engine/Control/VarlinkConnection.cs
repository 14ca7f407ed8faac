using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HaTools.Engine.Control;

/// <summary>One connection to the control socket: reads calls, one after the other, and answers them.</summary>
internal sealed class VarlinkConnection : IDisposable
{
    // A configuration of 10,000 real servers is about 2 MiB; who may only read has nothing long to say.
    private const int LongestOfMaster = 64 << 20;
    private const int LongestOfReader = 64 << 10;
    private readonly IControlledNode node;
    private readonly Action<string> log;
    private readonly PeerCredentials peer;
    private readonly VarlinkStream stream;
    private CancellationToken sending;

    public VarlinkConnection(Socket socket, IControlledNode node, Action<string> log)
    {
        (this.node, this.log) = (node, log);
        peer = PeerCredentials.Of(socket);
        stream = new VarlinkStream(socket, peer.MayChange ? LongestOfMaster : LongestOfReader);
    }

    /// <param name="reading">Ends the connection where it is between two calls.</param>
    /// <param name="replying">Ends it in the middle of an answer too.</param>
    public async Task RunAsync(CancellationToken reading, CancellationToken replying)
    {
        sending = replying;
        try
        {
            while (await stream.ReadAsync(reading).ConfigureAwait(false) is { } message) await AnswerAsync(message).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The node is stopping.
        }
        catch (SocketException)
        {
            // The peer went away: its business.
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            log($"Control socket: process {peer.ProcessId} (uid {peer.UserId}) does not speak Varlink, connection closed: {e.Message}");
        }
    }

    public void Dispose() => stream.Dispose();

    private async Task AnswerAsync(ReadOnlyMemory<byte> message)
    {
        VarlinkCall call = JsonSerializer.Deserialize(message.Span, ControlJson.Default.VarlinkCall) ?? throw new JsonException("A call is a JSON object.");
        if (call.Method is null) throw new JsonException("A call names its method.");
        VarlinkReply reply;
        try
        {
            if (call.Method == VarlinkNames.Monitor)
            {
                await MonitorAsync(call).ConfigureAwait(false);
                return;
            }

            reply = await CallAsync(call).ConfigureAwait(false);
        }
        catch (NodeControlException e)
        {
            reply = Error(e.Error, new ErrorParameters(e.Message));
        }
        catch (JsonException e)
        {
            reply = Error(VarlinkNames.InvalidParameter, new ErrorParameters(e.Message, Parameter: e.Path ?? ""));
        }
        catch (Exception e) when (e is HaEngineException or IOException)
        {
            reply = Error(NodeControlException.CannotApply, new ErrorParameters(e.Message, Code: FailureCode.Of(e)));
        }

        if (call.Oneway != true) await stream.WriteAsync(reply, ControlJson.Default.VarlinkReply, sending).ConfigureAwait(false);
    }

    private async Task<VarlinkReply> CallAsync(VarlinkCall call)
    {
        switch (call.Method)
        {
            case VarlinkNames.GetStatus:
                return Reply(new StatusParameters(await node.GetStatusAsync().ConfigureAwait(false)), ControlJson.Default.StatusParameters);
            case VarlinkNames.GetConfiguration:
                (string yaml, int generation) = node.GetConfiguration(peer.MayChange);
                var configuration = new ConfigurationText(yaml, ConfigurationText.Yaml, node.ConfigurationPath);
                return Reply(new NumberedConfigurationParameters(configuration, generation), ControlJson.Default.NumberedConfigurationParameters);
            case VarlinkNames.Plan:
                // It reads what the text names (keys, CAs, tables of iproute2) as the node's user, and tells what differs from what is secret.
                DemandChange(call.Method);
                return Reply(new PlanParameters(await node.PlanAsync(Usable(Parameters(call, ControlJson.Default.ConfigurationParameters).Configuration)).ConfigureAwait(false)), ControlJson.Default.PlanParameters);
            case VarlinkNames.Apply:
                DemandChange(call.Method);
                ApplyParameters apply = Parameters(call, ControlJson.Default.ApplyParameters);
                PlanReply applied = await node.ApplyAsync(Usable(apply.Configuration), apply.Generation).ConfigureAwait(false);
                return Reply(new PlanParameters(applied), ControlJson.Default.PlanParameters);
            case VarlinkNames.Reload:
                DemandChange(call.Method);
                return Reply(new PlanParameters(await node.ReloadAsync().ConfigureAwait(false)), ControlJson.Default.PlanParameters);
            case VarlinkNames.Announce:
                DemandChange(call.Method);
                string? instance = call.Parameters is null ? null : Parameters(call, ControlJson.Default.AnnounceParameters).Instance;
                var announced = new AnnouncedParameters(await node.AnnounceAsync(instance).ConfigureAwait(false));
                return Reply(announced, ControlJson.Default.AnnouncedParameters);
            case VarlinkNames.Drain:
                DemandChange(call.Method);
                DrainParameters drain = Parameters(call, ControlJson.Default.DrainParameters);
                TimeSpan? limit = drain.Seconds is { } seconds ? Limit(seconds) : null;
                var draining = new DrainingParameters(
                    await node.DrainAsync(Present(drain.Service, "service"), Present(drain.Server, "server"), limit, drain.Remove).ConfigureAwait(false));
                return Reply(draining, ControlJson.Default.DrainingParameters);
            case VarlinkNames.Restore:
                DemandChange(call.Method);
                RestoreParameters restore = Parameters(call, ControlJson.Default.RestoreParameters);
                await node.RestoreAsync(Present(restore.Service, "service"), Present(restore.Server, "server")).ConfigureAwait(false);
                return new VarlinkReply();
            case VarlinkNames.Stop:
                DemandChange(call.Method);
                await node.ReleaseAsync($"asked by process {peer.ProcessId}, uid {peer.UserId}").ConfigureAwait(false);
                return new VarlinkReply();
            case VarlinkNames.GetInfo:
                return Reply(ControlDescription.Information, ControlJson.Default.ServiceInformation);
            case VarlinkNames.GetInterfaceDescription:
                string? name = Parameters(call, ControlJson.Default.InterfaceParameters).Interface;
                return ControlDescription.Find(name) is { } text
                    ? Reply(new DescriptionParameters(text), ControlJson.Default.DescriptionParameters)
                    : Error(VarlinkNames.InterfaceNotFound, new ErrorParameters(Interface: name));
            default:
                int dot = call.Method!.LastIndexOf('.');
                return dot > 0 && ControlDescription.Find(call.Method[..dot]) is null
                    ? Error(VarlinkNames.InterfaceNotFound, new ErrorParameters(Interface: call.Method[..dot]))
                    : Error(VarlinkNames.MethodNotFound, new ErrorParameters(Method: call.Method));
        }
    }

    private async Task MonitorAsync(VarlinkCall call)
    {
        if (call.More != true)
        {
            await stream.WriteAsync(Error(VarlinkNames.ExpectedMore, new ErrorParameters()), ControlJson.Default.VarlinkReply, sending).ConfigureAwait(false);
            return;
        }

        long since = call.Parameters is null ? 0 : Parameters(call, ControlJson.Default.MonitorParameters).Since;

        // The listener says nothing more; that it goes away is seen by reading, or the watch would outlive it until the next event.
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(sending);
        Task watch = WatchAsync(gone);
        try
        {
            await foreach (HaEvent happened in node.Events(since, gone.Token).ConfigureAwait(false))
            {
                VarlinkReply reply = Reply(new EventParameters(happened), ControlJson.Default.EventParameters) with { Continues = true };
                await stream.WriteAsync(reply, ControlJson.Default.VarlinkReply, gone.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await watch.ConfigureAwait(false);
        }
    }

    private async Task WatchAsync(CancellationTokenSource gone)
    {
        try
        {
            _ = await stream.ReadAsync(gone.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or InvalidDataException)
        {
            // However it ended: nobody listens any more.
        }

        await gone.CancelAsync().ConfigureAwait(false);
    }

    private void DemandChange(string method)
    {
        if (peer.MayChange) return;
        throw new NodeControlException(
            NodeControlException.PermissionDenied, $"{method} is for those who may change the node: only root and the node's own user may call it, and you are uid {peer.UserId}.");
    }

    private static string Present(string? value, string parameter) =>
        value ?? throw new JsonException($"The parameter '{parameter}' is missing.", parameter, null, null);

    private static TimeSpan Limit(double seconds) => seconds > 0 && seconds <= TimeSpan.FromDays(31).TotalSeconds
        ? TimeSpan.FromSeconds(seconds)
        : throw new JsonException("The parameter 'seconds' is above 0 and up to 31 days.", "seconds", null, null);

    private static ConfigurationText Usable(ConfigurationText? configuration)
    {
        ConfigurationText text = configuration
            ?? throw new JsonException("The parameter 'configuration' is missing.", "configuration", null, null);
        if (text.Text is null) throw new JsonException("The parameter 'configuration.text' is missing.", "configuration.text", null, null);
        if (text.Format is not (ConfigurationText.Keepalived or ConfigurationText.Yaml))
            throw new JsonException($"The format is '{ConfigurationText.Keepalived}' or '{ConfigurationText.Yaml}', not '{text.Format}'.", "configuration.format", null, null);
        return text;
    }

    private static T Parameters<T>(VarlinkCall call, JsonTypeInfo<T> type) =>
        (call.Parameters is { } parameters ? parameters.Deserialize(type) : default) ?? throw new JsonException("Parameters are missing.", "parameters", null, null);

    private static VarlinkReply Reply<T>(T parameters, JsonTypeInfo<T> type) => new() { Parameters = JsonSerializer.SerializeToElement(parameters, type) };

    private static VarlinkReply Error(string error, ErrorParameters parameters) =>
        Reply(parameters, ControlJson.Default.ErrorParameters) with { Error = error };
}
