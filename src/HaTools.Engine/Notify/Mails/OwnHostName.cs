using System.Net.Sockets;
using HaTools.Configuration;

namespace HaTools.Engine.Notify.Mails;

/// <summary>The host's name with its domain, as keepalived's get_local_name has it: what a mail server would rather hear than one without.</summary>
/// <param name="lookUp">Asks for it, far away perhaps: until it is known, and not again.</param>
internal sealed class OwnHostName(Func<string, string> lookUp)
{
    private readonly Lock asking = new();
    private string? known;

    /// <param name="machine">The host's own word for itself, which stands in while nobody knows it by another one.</param>
    public string Find(string machine)
    {
        lock (asking)
        {
            try
            {
                known ??= lookUp(machine);
            }
            catch (SocketException)
            {
                // Nobody knows it by another one, or name servers are silent: the next mail asks again.
            }

            string name = known ?? machine;
            return CommonRules.IsOneWord(name) ? name : "localhost";
        }
    }
}
