namespace HaTools.Engine.Control;

/// <summary>Which services of this machine belong to a running node: whoever changes one behind its back would see it changed back.</summary>
internal static class ServiceOwners
{
    /// <summary>The nodes' names by the identities of their services.</summary>
    /// <param name="runDirectory">Where control sockets are.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="NodeControlException">A node does not answer, so that nobody knows what is its.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> FindAsync(string runDirectory, CancellationToken cancellationToken)
    {
        Dictionary<string, string> owners = [];
        foreach (string node in NodeClient.ListNodes(runDirectory))
        {
            await using NodeClient client = await NodeClient.ConnectAsync(node, runDirectory, cancellationToken).ConfigureAwait(false);
            foreach (IpvsServiceState service in (await client.GetStatusAsync(cancellationToken).ConfigureAwait(false)).Services)
                owners[service.Id] = node;
        }

        return owners;
    }
}
