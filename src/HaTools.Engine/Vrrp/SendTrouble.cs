namespace HaTools.Engine.Vrrp;

/// <summary>
/// Whether what several instances send by one way goes out: told once for all of them when it does no more, and once when it does again. What one of them alone cannot
/// send (too long for the interface, say) while the others can does not make it told anew with every advert.
/// </summary>
internal sealed class SendTrouble
{
    private HostedInstance? teller;
    private int told;

    /// <summary>An advert was sent, or not.</summary>
    /// <param name="instance">Whose.</param>
    /// <param name="errno">Why not; 0: it was.</param>
    /// <param name="isMaster">Whether an instance still sends, whatever else it does.</param>
    /// <returns>Whether this is news.</returns>
    public bool IsNews(HostedInstance instance, int errno, Func<HostedInstance, bool> isMaster)
    {
        bool isNobodys = teller is null || (teller != instance && !isMaster(teller));
        if (errno == 0)
        {
            if (teller is null || (teller != instance && !isNobodys)) return false;
            (teller, told) = (null, 0);
            return true;
        }

        if (teller != instance && !isNobodys) return false;
        bool isNews = told != errno;
        (teller, told) = (instance, errno);
        return isNews;
    }
}
