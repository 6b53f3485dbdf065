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

/// <summary>How the server is hosted.</summary>
/// <param name="Endpoint">Where it listens.</param>
/// <param name="ShutdownTimeout">How long requests under way may take to end.</param>
internal sealed record HostSettings(IPEndPoint Endpoint, TimeSpan ShutdownTimeout)
{
    /// <summary>Gets a value indicating whether all requests are logged, as JSON; otherwise what goes wrong is, in words.</summary>
    public bool LogsJson { get; init; }

    /// <summary>Gets a value indicating whether <c>/metrics</c> needs no key.</summary>
    public bool HasOpenMetrics { get; init; }

    /// <summary>Gets the certificate; null for plain HTTP.</summary>
    public ServerCertificate? Certificate { get; init; }

    /// <summary>Gets the origins whose pages may call from browsers; <c>*</c> for all of them.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];
}

/// <summary>Hosts the server: no files and variables of ASP.NET Core are read, so that the command line alone says what it does.</summary>
internal static class ServerHost
{
    // More connections than requests may be under way, since idle ones are kept for their next request.
    private const int MostConnections = 1024;

    private static readonly TimeSpan _preflightAge = TimeSpan.FromMinutes(10);

    /// <summary>Serves until the token is cancelled, and then until the requests under way are answered.</summary>
    /// <param name="console">Gives variables, and hears what is logged.</param>
    /// <param name="settings">How it is hosted.</param>
    /// <param name="addServices">Adds the models, and the server over them.</param>
    /// <param name="map">Maps the paths.</param>
    /// <param name="started">Called with the address once it listens.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(
        CliConsole console, HostSettings settings, Action<IServiceCollection> addServices, Action<IEndpointRouteBuilder> map,
        Action<string> started, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(settings.Endpoint, listen =>
            {
                if (settings.Certificate is { } certificate)
                {
                    listen.UseHttps(https =>
                    {
                        https.ServerCertificate = certificate.Certificate;
                        https.ServerCertificateChain = certificate.Chain;
                    });
                }
            });
        });
        AddLogging(builder.Logging, console, settings);
        ServerTelemetry.AddTo(builder, console);
        builder.Services.AddRoutingCore();
        if (settings.CorsOrigins.Count > 0)
        {
            builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
                .WithOrigins([.. settings.CorsOrigins]).WithMethods("GET", "POST").AllowAnyHeader().SetPreflightMaxAge(_preflightAge)
                .WithExposedHeaders("X-Request-Id", "X-Resift-Model", "X-Resift-Truncated", "X-Resift-Degraded", "Retry-After")));
        }

        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.ShutdownTimeout);
        // Signals reach the command line, which cancels the token.
        builder.Services.AddSingleton<IHostLifetime, TokenLifetime>();
        addServices(builder.Services);
        await using var app = builder.Build();
        app.UseRouting();
        if (settings.CorsOrigins.Count > 0)
        {
            app.UseCors();
        }

        try
        {
            map(app);
        }
        catch (InvalidOperationException exception)
        {
            // What stands in a file or on the command line, such as a hash that is none.
            throw new InvalidDataException(exception.Message, exception);
        }

        ServerTelemetry.Map(app, settings.HasOpenMetrics);
        ReferencePage.Map(app);
        await app.StartAsync(cancellationToken);
        started(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None);
    }

    private static void AddLogging(ILoggingBuilder logging, CliConsole console, HostSettings settings)
    {
        if (settings.LogsJson)
        {
            // Our own line has more about a request than those of ASP.NET Core.
            logging.AddProvider(new JsonLogger(console)).AddFilter("Microsoft", LogLevel.Warning);
        }
        else
        {
            logging.AddProvider(new NoteLogger(console));
        }
    }

    private sealed class TokenLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
