using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Resift.Cli;

/// <summary>Hosts the server: no files and variables of ASP.NET Core are read, so that the command line alone says what it does.</summary>
internal static class ServerHost
{
    // More connections than requests may be under way, since idle ones are kept for their next request.
    private const int MostConnections = 1024;

    /// <summary>Serves until the token is cancelled, and then until the requests under way are answered.</summary>
    /// <param name="console">Hears what is logged.</param>
    /// <param name="endpoint">Where it listens.</param>
    /// <param name="shutdown">How long requests under way may take to end.</param>
    /// <param name="addServices">Adds the models, and the server over them.</param>
    /// <param name="map">Maps the paths.</param>
    /// <param name="started">Called with the address once it listens.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(
        CliConsole console, IPEndPoint endpoint, TimeSpan shutdown, Action<IServiceCollection> addServices,
        Action<IEndpointRouteBuilder> map, Action<string> started, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(endpoint);
        });
        builder.Logging.AddProvider(new NoteLogger(console));
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = shutdown);
        // Signals reach the command line, which cancels the token.
        builder.Services.AddSingleton<IHostLifetime, TokenLifetime>();
        addServices(builder.Services);
        await using var app = builder.Build();
        app.UseRouting();
        map(app);
        await app.StartAsync(cancellationToken);
        started(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None);
    }

    private sealed class TokenLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
