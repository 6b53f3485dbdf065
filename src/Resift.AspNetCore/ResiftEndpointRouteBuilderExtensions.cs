using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Resift.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the paths of a reranking and embedding server.</summary>
public static class ResiftEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the paths of all dialects, as <c>docs/server.md</c> lists them: rankings, embeddings, the list of models, and health;
    /// and <c>/openapi/v1.json</c>, which describes them.
    /// </summary>
    /// <param name="endpoints">Where they are mapped; a group gives all of them a prefix.</param>
    /// <returns>What adds conventions to all of them.</returns>
    /// <exception cref="InvalidOperationException">
    /// <c>AddResiftServer</c> was not called, or names no model, an alias of none, or a hash of a key that is none.
    /// </exception>
    public static IEndpointConventionBuilder MapResift(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var pipeline = services.GetService<RequestPipeline>() ??
            throw new InvalidOperationException("The container has no server; call services.AddResiftServer first.");
        var readiness = services.GetRequiredService<Readiness>();
        var facts = services.GetRequiredService<Facts>();
        var embeddings = services.GetRequiredService<EmbeddingWork>();
        var options = services.GetRequiredService<ResiftServerOptions>();
        var models = services.GetRequiredService<ServerModels>();
        var gate = services.GetRequiredService<WorkGate>();
        var time = services.GetRequiredService<TimeProvider>();
        var openAI = new OpenAIDialect();
        var group = endpoints.MapGroup("");

        foreach (var route in RerankRoute.All)
        {
            Post(route.Path, new RerankEndpoint(route, options, models, gate, time));
        }

        foreach (string prefix in (string[])["", "/openai"])
        {
            Post($"{prefix}/v1/embeddings", new OpenAIEmbeddingsEndpoint(openAI, embeddings));
            Get($"{prefix}/v1/models", context => pipeline.GetAsync(context, openAI, facts.Models),
                new("About", "Lists the models.", () => [ServerSamples.OpenAIModels(openAI)]));
        }

        foreach (string prefix in (string[])["", "/tei"])
        {
            Post($"{prefix}/embed", new TeiEmbedEndpoint(embeddings));
            Get($"{prefix}/info", context => pipeline.GetAsync(context, RerankRoute.Tei, facts.Info),
                new("About", "Says what the reranker takes.", () => [ServerSamples.TeiInfo(RerankRoute.Tei)]));
        }

        foreach (string prefix in (string[])["", "/tei", "/vllm", "/llamacpp", "/infinity"])
        {
            Get($"{prefix}/health", readiness.AnswerAsync, Health("Says whether requests should be sent here.", mayBeUnwell: true));
        }

        Post("/resift/rerank", services.GetRequiredService<ResiftRerankEndpoint>());
        Post("/resift/search", services.GetRequiredService<SearchEndpoint>());
        Get("/resift/info", context => pipeline.GetAsync(context, ResiftDialect.Instance, facts.Abilities),
            new("About", "Says what may be asked for at the paths of our own.", () => [ResiftSamples.Info()]));
        Get("/health/ready", readiness.AnswerAsync, Health("Says whether requests should be sent here.", mayBeUnwell: true));
        Get("/health/live", Readiness.AnswerAliveAsync, Health("Says that anybody is there.", mayBeUnwell: false));
        group.MapGet("/openapi/v1.json", services.GetRequiredService<OpenApiDocument>().AnswerAsync);
        return group;

        void Post(string path, ServerEndpoint endpoint)
        {
            var builder = group.MapPost(path, (RequestDelegate)(context => pipeline.PostAsync(context, endpoint)));
            if (endpoint.Description is { } description)
            {
                builder.WithMetadata(description);
            }
        }

        void Get(string path, RequestDelegate answer, OperationDescription description) =>
            group.MapGet(path, answer).WithMetadata(description);

        static OperationDescription Health(string summary, bool mayBeUnwell) =>
            new("Health", summary, () => [ServerSamples.Health(mayBeUnwell)]);
    }
}
