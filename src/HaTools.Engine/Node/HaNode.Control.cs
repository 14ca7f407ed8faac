using HaTools.Configuration;
using HaTools.Engine.Control;

namespace HaTools.Engine;

// What the control socket asks for.
internal sealed partial class HaNode : IControlledNode
{
    private const string Masked = "********";

    string? IControlledNode.ConfigurationPath => configurationPath;

    Task<HaNodeStatus> IControlledNode.GetStatusAsync() => WhileReadyAsync(GetStatusAsync);

    (string Yaml, int Generation) IControlledNode.GetConfiguration(bool withSecrets)
    {
        // The number first: a change between the two lines makes a configuration look older than it is, which an Apply notices, and never newer.
        int number = generation;
        HaConfiguration current = configuration;
        return (HaConfigurationWriter.WriteYaml(withSecrets ? current : WithoutSecrets(current)), number);
    }

    Task<PlanReply> IControlledNode.PlanAsync(ConfigurationText text) => WhileReadyAsync(async () =>
    {
        ConfigurationReadResult read = await ReadAsync(text).ConfigureAwait(false);
        IReadOnlyList<HaChange> changes = read.Configuration is { } wanted ? await PlanAsync(wanted).ConfigureAwait(false) : [];
        return new PlanReply { Changes = changes, Diagnostics = read.Diagnostics, Applied = false };
    });

    Task<PlanReply> IControlledNode.ApplyAsync(ConfigurationText text, int? from) =>
        WhileReadyAsync(async () => await ApplyReadAsync(await ReadAsync(text).ConfigureAwait(false), text.Path, from).ConfigureAwait(false));

    Task<PlanReply> IControlledNode.ReloadAsync() => WhileReadyAsync(ReloadAsync);

    Task<IReadOnlyList<string>> IControlledNode.AnnounceAsync(string? instance) => WhileReadyAsync(() => AnnounceAsync(instance));

    async Task IControlledNode.ReleaseAsync(string by)
    {
        Task stopping = StopAsync(by);
        List<string> failures = await released.Task.ConfigureAwait(false);

        // What StopAsync throws is what is told here, to the one who asked for the stop.
        Observe(stopping);
        if (failures.Count > 0) throw Incomplete(failures);
    }

    internal static HaConfiguration WithoutSecrets(HaConfiguration configuration) =>
        configuration with
        {
            VrrpInstances = configuration.VrrpInstances.Select(WithoutSecrets).ToValueList(),
            Ssl = configuration.Ssl.Password is null ? configuration.Ssl : configuration.Ssl with { Password = Masked },
            Webhooks = configuration.Webhooks.Select(WithoutSecrets).ToValueList(),
        };

    private static VrrpInstance WithoutSecrets(VrrpInstance instance) => instance with
    {
        Authentication = instance.Authentication is { } authentication ? authentication with { Password = Masked } : null,
        Hmac = instance.Hmac is { } hmac ? hmac with { Keys = hmac.Keys.Select(WithoutSecret).ToValueList() } : null,
    };

    // It stays a URL: what is shown may be read again.
    private static Webhook WithoutSecrets(Webhook hook) => hook with
    {
        Url = $"{new Uri(hook.Url).GetLeftPart(UriPartial.Authority)}/{Masked}",
        Headers = hook.Headers.Select(h => h with { Value = Masked }).ToValueList(),
    };

    // The name of a file is no secret.
    private static VrrpHmacKey WithoutSecret(VrrpHmacKey key) =>
        key.Secret.StartsWith("file:", StringComparison.Ordinal) ? key : key with { Secret = Masked };

    private async Task<T> WhileReadyAsync<T>(Func<Task<T>> call)
    {
        if (!ready) throw new NodeControlException(NodeControlException.NotReady, $"node {Name} is starting");
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (withdrawn && e is (ObjectDisposedException or HaEngineException))
        {
            throw new NodeControlException(NodeControlException.NotReady, $"node {Name} is stopping", e);
        }
    }

    private static Task<ConfigurationReadResult> ReadAsync(ConfigurationText text) => ConfigurationSources.ReadTextAsync(
        text.Text, text.Path, text.Format == ConfigurationText.Keepalived ? ConfigurationFormat.Keepalived : ConfigurationFormat.Yaml, strict: false);
}
